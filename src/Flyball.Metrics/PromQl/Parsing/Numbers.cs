using System.Globalization;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Turns number tokens into doubles: Go's integer literals first, then floats.</summary>
internal static class Numbers
{
    public static double? TryParse(string text)
    {
        return TryParseInteger(text, out long integer) ? integer : TryParseFloat(text);
    }

    /// <summary>A float as Go's ParseFloat reads it, without hexadecimals and underscores.</summary>
    public static double? TryParseFloat(string text)
    {
        if (text.Length == 0) return null;
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase)) return Model.SpecialValues.NormalNaN;
        ReadOnlySpan<char> unsigned = text.AsSpan().TrimStart("+-");
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        const NumberStyles Style =
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out double value)) return null;

        // Go refuses what does not fit; .NET gives infinity.
        return double.IsInfinity(value) ? null : value;
    }

    /// <summary>Go's base-0 integers: <c>0x1F</c>, a leading 0 for octal, single underscores between digits.</summary>
    private static bool TryParseInteger(string text, out long value)
    {
        value = 0;
        ReadOnlySpan<char> digits = text;
        int radix = 10;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) radix = 16;
        else if (digits.Length > 1 && digits[0] == '0') radix = 8;
        digits = digits[(radix == 16 ? 2 : radix == 8 ? 1 : 0)..];
        if (digits.IsEmpty) return false;
        foreach (char c in digits)
        {
            if (c == '_') continue;
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix) return false;
            if (value > (long.MaxValue - digit) / radix) return false;
            value = (value * radix) + digit;
        }

        return true;
    }
}
