using System.Buffers;
using System.Globalization;

namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// Plain decimal numbers at the start of a text: digits with at most one point, no sign, no exponent.
/// </summary>
internal static class DecimalText
{
    // Beyond this a decimal loses digits; nobody writes such numbers.
    private const int LengthMax = 24;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryTake(ref ReadOnlySpan<char> text, out decimal number)
    {
        int length = text.IndexOfAnyExcept(Digits);
        if (length < 0) length = text.Length;
        number = 0;
        if (length is 0 or > LengthMax) return false;
        bool good = decimal.TryParse(
            text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
        text = text[length..];
        return good;
    }
}
