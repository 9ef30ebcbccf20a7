namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Finds where numbers and durations end. What it accepts may still be no number: parsing tells.</summary>
internal static class NumberScanner
{
    /// <summary>
    /// Moves behind a number: decimal with a fraction, exponent and single underscores, or hexadecimal without.
    /// False when it is none; the position then stands where the trouble is, or where a duration's unit may follow.
    /// </summary>
    public static bool TryScanNumber(string input, ref int at)
    {
        int start = at;
        bool isHex = input[at] == '0' && Is(input, at + 1, "xX");
        if (isHex) at += Is(input, at + 2, "_") ? 3 : 2;
        if (Is(input, at, ".")) at++;
        if (IsDigit(input, at, isHex)) at++;
        if (!TryScanRest(input, ref at, isHex)) return false;
        return at > start && !IsAlphaNumeric(input, at);
    }

    private static bool TryScanRest(string input, ref int at, bool isHex)
    {
        bool gotDot = false, gotExponent = false;
        while (at < input.Length)
        {
            if (IsDigit(input, at, isHex))
            {
                at++;
            }
            else if (input[at] == '.')
            {
                at++;
                if (gotDot || isHex || Is(input, at, "_.")) return false;
                gotDot = true;
            }
            else if (input[at] is 'e' or 'E')
            {
                at++;
                if (gotExponent) return false;
                gotExponent = true;
                if (Is(input, at, "+-")) at++;
                if (at >= input.Length || Is(input, at, "._eE")) return false;
            }
            else if (input[at] == '_')
            {
                at++;
                if (at >= input.Length || Is(input, at, "._eE")) return false;
            }
            else
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Moves behind a duration whose first number was scanned: a unit, then more numbers and units.</summary>
    public static bool TryScanRestOfDuration(string input, ref int at)
    {
        if (!TryTakeUnit(input, ref at, "smhdwy")) return false;
        while (Is(input, at, "0123456789"))
        {
            while (Is(input, at, "0123456789")) at++;
            if (!TryTakeUnit(input, ref at, "smhdw")) return false;
        }

        if (!IsAlphaNumeric(input, at)) return true;
        at++;
        return false;
    }

    private static bool TryTakeUnit(string input, ref int at, string units)
    {
        if (!Is(input, at, units)) return false;
        at++;

        // The second letter of ms; nonsense like hs is refused when the duration is parsed.
        if (Is(input, at, "s")) at++;
        return true;
    }

    private static bool IsDigit(string input, int at, bool isHex) =>
        at < input.Length && (isHex ? char.IsAsciiHexDigit(input[at]) : char.IsAsciiDigit(input[at]));

    private static bool Is(string input, int at, string any) =>
        at < input.Length && any.Contains(input[at], StringComparison.Ordinal);

    private static bool IsAlphaNumeric(string input, int at) =>
        at < input.Length && (char.IsAsciiLetterOrDigit(input[at]) || input[at] == '_');
}
