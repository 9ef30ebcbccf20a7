using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.Otlp;

/// <summary>Reads <c>KeyValue</c> messages; values that are no text become it, lists and maps as JSON.</summary>
internal static class AttributeReader
{
    /// <summary>Lists within lists: more is cut off.</summary>
    private const int DepthMax = 16;

    /// <summary>False when the message is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, List<KeyValuePair<string, string>> into)
    {
        var fields = new ProtoReader(message);
        string key = "";
        string value = "";
        while (fields.TryNext())
        {
            if (fields.Field == 1) key = Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 2) value = Text(fields.Sized(), 0);
            else fields.Skip();
        }

        if (fields.IsFailed) return false;
        if (key.Length > 0) into.Add(new(key, value));
        return true;
    }

    private static string Text(ReadOnlySpan<byte> message, int depth)
    {
        var fields = new ProtoReader(message);
        string text = "";
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1: text = Encoding.UTF8.GetString(fields.Sized()); break;
                case 2 when fields.WireType == 0: text = fields.VarUInt() != 0 ? "true" : "false"; break;
                case 3 when fields.WireType == 0:
                    text = ((long)fields.VarUInt()).ToString(CultureInfo.InvariantCulture);
                    break;
                case 4 when fields.WireType == 1: text = GoNumber.Long(fields.Double()); break;
                case 5: text = List(fields.Sized(), depth + 1); break;
                case 6: text = Map(fields.Sized(), depth + 1); break;
                case 7: text = Convert.ToBase64String(fields.Sized()); break;
                default: fields.Skip(); break;
            }
        }

        return text;
    }

    private static string List(ReadOnlySpan<byte> message, int depth)
    {
        var items = new List<string>();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && depth < DepthMax) items.Add(Json(fields.Sized(), depth));
            else fields.Skip();
        }

        return $"[{string.Join(',', items)}]";
    }

    private static string Map(ReadOnlySpan<byte> message, int depth)
    {
        var items = new List<string>();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field != 1 || depth >= DepthMax)
            {
                fields.Skip();
                continue;
            }

            var entry = new ProtoReader(fields.Sized());
            string key = "";
            string value = "null";
            while (entry.TryNext())
            {
                if (entry.Field == 1) key = Encoding.UTF8.GetString(entry.Sized());
                else if (entry.Field == 2) value = Json(entry.Sized(), depth);
                else entry.Skip();
            }

            items.Add($"{Quote(key)}:{value}");
        }

        return $"{{{string.Join(',', items)}}}";
    }

    private static string Json(ReadOnlySpan<byte> value, int depth)
    {
        // The field number of the one value tells whether it needs quotes.
        var fields = new ProtoReader(value);
        bool isText = !fields.TryNext() || fields.Field is 1 or 7;
        string text = Text(value, depth);
        return isText ? Quote(text) : text;
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
