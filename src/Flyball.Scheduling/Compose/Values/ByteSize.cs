namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// Sizes as in Compose: <c>512</c>, <c>64k</c>, <c>256M</c>, <c>1.5gb</c>, <c>1GiB</c>; every unit is a power of 1,024
/// and case does not matter.
/// </summary>
internal static class ByteSize
{
    private const string Units = "kmgtp";

    /// <summary>
    /// False for anything else, and for more than <see cref="long.MaxValue"/> bytes. Part bytes are cut off.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (!DecimalText.TryTake(ref text, out decimal number)) return false;
        text = text.TrimStart(' ');
        int power = 0;
        int unit = text.IsEmpty ? -1 : Units.IndexOf(char.ToLowerInvariant(text[0]), StringComparison.Ordinal);
        if (unit >= 0)
        {
            power = unit + 1;
            text = text[1..];
            if (text.Length == 2 && text[0] is 'i' or 'I') text = text[1..];
        }
        if (text is not ("" or "b" or "B")) return false;
        decimal scale = 1L << (10 * power);
        if (number > long.MaxValue / scale) return false;
        bytes = (long)(number * scale);
        return true;
    }
}
