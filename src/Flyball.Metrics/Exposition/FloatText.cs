using System.Buffers.Text;
using System.Globalization;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// Numbers in expositions, as Go's ParseFloat reads them without hexadecimals and underscores. Short decimals, which is
/// what targets write, take a path without general parsing: up to 15 digits and a power of ten up to 22 are exact
/// doubles, so one division rounds correctly (Clinger's fast path).
/// </summary>
internal static class FloatText
{
    private const int FastDigitsMax = 15;
    private const int FastScaleMax = 22;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];

    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (TryFast(text, out value)) return true;
        if (TrySpecial(text, out value)) return true;
        const NumberStyles Style =
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        // Go refuses what does not fit; .NET gives infinity.
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && !double.IsInfinity(value);
    }

    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;

    private static bool TryFast(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        int at = 0;
        bool isNegative = !text.IsEmpty && text[0] == '-';
        if (isNegative) at++;
        long digits = 0;
        int count = 0;
        int scale = -1;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)text[at] - '0';
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                if (++count > FastDigitsMax) return false;
                if (scale >= 0) scale++;
            }
            else if (text[at] == '.' && scale < 0)
            {
                scale = 0;
            }
            else if ((text[at] | 0x20) == 'e')
            {
                return TryExponent(text[(at + 1)..], digits, count, Math.Max(scale, 0), isNegative, out value);
            }
            else
            {
                return false;
            }
        }

        if (count == 0) return false;
        value = scale > 0 ? digits / PowersOfTen[scale] : digits;
        if (isNegative) value = -value;
        return true;
    }

    private static bool TryExponent(
        ReadOnlySpan<byte> text, long digits, int count, int scale, bool isNegative, out double value)
    {
        value = 0;
        bool isDown = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (count == 0 || text.Length is 0 or > 3) return false;
        int exponent = 0;
        foreach (byte c in text)
        {
            uint digit = (uint)c - '0';
            if (digit > 9) return false;
            exponent = (exponent * 10) + (int)digit;
        }

        int power = (isDown ? -exponent : exponent) - scale;
        if (power is < -FastScaleMax or > FastScaleMax) return false;
        value = power < 0 ? digits / PowersOfTen[-power] : digits * PowersOfTen[power];
        if (isNegative) value = -value;
        return true;
    }

    private static bool TrySpecial(ReadOnlySpan<byte> text, out double value)
    {
        value = SpecialValues.NormalNaN;
        if (System.Text.Ascii.EqualsIgnoreCase(text, "nan"u8)) return true;
        bool isNegative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        return System.Text.Ascii.EqualsIgnoreCase(text, "inf"u8)
            || System.Text.Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }
}
