using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>Go's <c>printf</c> for the verbs that templates use: <c>v s q d f e g x t %</c> with flags.</summary>
internal static class GoPrintf
{
    /// <summary>A width or precision larger than this is cut: it would only make a giant string.</summary>
    private const int WidthMax = 1000;

    public static string Format(string format, IReadOnlyList<object?> arguments)
    {
        var text = new StringBuilder();
        int next = 0;
        int at = 0;
        while (at < format.Length)
        {
            if (format[at] != '%')
            {
                text.Append(format[at++]);
                continue;
            }

            at++;
            Verb verb = ReadVerb(format, ref at);
            if (verb.Letter == '%') text.Append('%');
            else if (verb.Letter == '\0') text.Append("%!(NOVERB)");
            else if (next >= arguments.Count) text.Append("%!").Append(verb.Letter).Append("(MISSING)");
            else text.Append(Pad(Format(verb, arguments[next++]), verb));
        }

        return next < arguments.Count ? text.Append("%!(EXTRA)").ToString() : text.ToString();
    }

    private static Verb ReadVerb(string format, ref int at)
    {
        int start = at;
        while (at < format.Length && format[at] is '-' or '+' or '0' or ' ' or '#') at++;
        string flags = format[start..at];
        int width = ReadCount(format, ref at);
        int precision = -1;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            precision = Math.Max(0, ReadCount(format, ref at));
        }

        return new Verb(at < format.Length ? format[at++] : '\0', flags, width, precision);
    }

    private static int ReadCount(string format, ref int at)
    {
        int count = -1;
        while (at < format.Length && char.IsAsciiDigit(format[at]))
            count = Math.Min(WidthMax, (Math.Max(0, count) * 10) + (format[at++] - '0'));
        return count;
    }

    private static string Format(Verb verb, object? value) => (verb.Letter, value) switch
    {
        ('v', _) => TemplateValues.Print(value),
        ('s', string text) => verb.Precision >= 0 && verb.Precision < text.Length ? text[..verb.Precision] : text,
        ('s', not (long or double or bool)) => TemplateValues.Print(value),
        ('q', string text) => Quoting.Quote(text),
        ('t', bool truth) => truth ? "true" : "false",
        ('d', long number) => Signed(verb, number, number.ToString(CultureInfo.InvariantCulture)),
        ('x', long number) => number.ToString("x", CultureInfo.InvariantCulture),
        ('X', long number) => number.ToString("X", CultureInfo.InvariantCulture),
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('f' or 'F' or 'e' or 'g', double number) => Signed(verb, number, Real(verb, number)),
        _ => $"%!{verb.Letter}({Type(value)}={TemplateValues.Print(value)})",
    };

    private static string Real(Verb verb, double value)
    {
        if (!double.IsFinite(value)) return GoNumber.Short(value);
        int precision = verb.Precision;
        switch (verb.Letter)
        {
            case 'g':
                return precision < 0 ? GoNumber.Short(value) : GoNumber.Rounded(value, Math.Max(1, precision));
            case 'e':
                string text = value.ToString("e" + (precision < 0 ? 6 : precision), CultureInfo.InvariantCulture);
                // .NET writes at least three digits of the exponent, Go two.
                int e = text.IndexOf('e', StringComparison.Ordinal);
                string exponent = text[(e + 2)..].TrimStart('0').PadLeft(2, '0');
                return text[..(e + 2)] + exponent;
            default:
                return value.ToString("F" + (precision < 0 ? 6 : precision), CultureInfo.InvariantCulture);
        }
    }

    private static string Signed(Verb verb, double value, string text)
    {
        if (value < 0 || text.StartsWith('-') || text.StartsWith('+')) return text;
        if (verb.Flags.Contains('+', StringComparison.Ordinal)) return "+" + text;
        return verb.Flags.Contains(' ', StringComparison.Ordinal) ? " " + text : text;
    }

    private static string Pad(string text, Verb verb)
    {
        if (text.Length >= verb.Width) return text;
        if (verb.Flags.Contains('-', StringComparison.Ordinal)) return text.PadRight(verb.Width);
        if (!verb.Flags.Contains('0', StringComparison.Ordinal)) return text.PadLeft(verb.Width);
        bool hasSign = text.Length > 0 && text[0] is '-' or '+';
        return hasSign ? text[0] + text[1..].PadLeft(verb.Width - 1, '0') : text.PadLeft(verb.Width, '0');
    }

    private static string Type(object? value) => value switch
    {
        string => "string",
        long => "int",
        double => "float64",
        bool => "bool",
        null => "nil",
        _ => "value",
    };

    /// <summary>A placeholder.</summary>
    private readonly record struct Verb(char Letter, string Flags, int Width, int Precision);
}
