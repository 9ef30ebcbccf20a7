namespace Flyball.Apis.Reading;

/// <summary>
/// The beginning of a text. A document's texts may be of any length, and one of them may be part of a thousand
/// sentences.
/// </summary>
internal static class Excerpt
{
    /// <summary>Letters of a value within a sentence.</summary>
    public const int LengthMax = 200;

    public static string Of(string text, int lengthMax = LengthMax)
    {
        if (text.Length <= lengthMax) return text;
        // Half of a surrogate pair is no text: whoever writes it as UTF-8 would fail.
        int end = char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax;
        return text[..end] + "…";
    }
}
