using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Values as JSON in one form: keys in order, numbers without needless digits. Two texts are equal when the values are.
/// </summary>
internal static class JsonText
{
    /// <summary>
    /// Letters of a value that are told or compared; longer ones are compared by their beginning and length.
    /// </summary>
    private const int LengthMax = 4_096;

    public static string Of(DocNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.Length <= LengthMax
            ? text.ToString()
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Excerpt.Of(text.ToString(0, LengthMax + 1), LengthMax)}({text.Length})");
    }

    public static string Number(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, DocNode node)
    {
        switch (node)
        {
            case MapNode map:
                text.Append('{');
                foreach ((string key, DocNode value) in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    if (text[^1] != '{') text.Append(',');
                    text.Append('"').Append(JsonEncodedText.Encode(key, Relaxed)).Append("\":");
                    Append(text, value);
                }

                text.Append('}');
                break;
            case ListNode list:
                text.Append('[');
                foreach (DocNode item in list.Items)
                {
                    if (text[^1] != '[') text.Append(',');
                    Append(text, item);
                }

                text.Append(']');
                break;
            case ScalarNode { Kind: ScalarKind.Text } scalar:
                text.Append('"').Append(JsonEncodedText.Encode(scalar.Text, Relaxed)).Append('"');
                break;
            case ScalarNode scalar:
                text.Append(scalar.Number is { } number ? Number(number) : scalar.Text);
                break;
        }
    }

    private static System.Text.Encodings.Web.JavaScriptEncoder Relaxed =>
        System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
}
