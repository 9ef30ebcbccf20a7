using System.Globalization;
using System.Text;

namespace Flyball.Metrics.Model;

/// <summary>Numbers as Go prints them, which is how they appear in Prometheus' labels, messages and JSON.</summary>
internal static class GoNumber
{
    /// <summary>From this exponent on, the short form is written with one.</summary>
    private const int MaxPlainExponent = 6;

    /// <summary>
    /// The shortest digits, with an exponent when it is below -4 or above 5 (<c>%g</c>, and <c>%v</c> of a float).
    /// </summary>
    public static string Short(double value)
    {
        if (TryName(value) is { } name) return name;
        (string sign, string digits, int point) = Split(value);
        int exponent = point - 1;
        return exponent is < -4 or >= MaxPlainExponent
            ? Scientific(sign, digits, exponent)
            : Plain(sign, digits, point);
    }

    /// <summary>
    /// At most this many significant digits, with an exponent when they do not reach the point (<c>%.2g</c>).
    /// </summary>
    public static string Rounded(double value, int precision)
    {
        if (TryName(value) is { } name) return name;
        string format = "E" + (precision - 1).ToString(CultureInfo.InvariantCulture);
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        double rounded = double.Parse(text, CultureInfo.InvariantCulture);
        (string sign, string digits, int point) = Split(rounded);
        int exponent = point - 1;
        return exponent < -4 || exponent >= precision
            ? Scientific(sign, digits, exponent)
            : Plain(sign, digits, point);
    }

    /// <summary>
    /// As <see cref="Short"/>, with <c>.0</c> behind whole numbers, as OpenMetrics wants label values.
    /// </summary>
    public static string OpenMetrics(double value)
    {
        string text = Short(value);
        return !double.IsFinite(value) || text.AsSpan().ContainsAny('e', '.') ? text : text + ".0";
    }

    /// <summary>The shortest digits without an exponent (<c>%f</c> with precision -1).</summary>
    public static string Long(double value)
    {
        if (TryName(value) is { } name) return name;
        (string sign, string digits, int point) = Split(value);
        return Plain(sign, digits, point);
    }

    /// <summary>The shortest digits with an exponent (<c>%e</c> with precision -1).</summary>
    public static string Exponential(double value)
    {
        if (TryName(value) is { } name) return name;
        (string sign, string digits, int point) = Split(value);
        return Scientific(sign, digits, value == 0 ? 0 : point - 1);
    }

    private static string? TryName(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        return double.IsInfinity(value) ? (value > 0 ? "+Inf" : "-Inf") : null;
    }

    /// <summary>Sign, significant digits, and where the decimal point stands among them.</summary>
    private static (string Sign, string Digits, int Point) Split(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        string sign = text.StartsWith('-') ? "-" : "";
        if (value == 0) return (sign, "0", 1);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        string mantissa = (e < 0 ? text : text[..e]).TrimStart('-');
        int exponent = e < 0
            ? 0
            : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        int point = (dot < 0 ? mantissa.Length : dot) + exponent;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        return (sign, digits.Trim('0'), point - zeros);
    }

    private static string Plain(string sign, string digits, int point)
    {
        var text = new StringBuilder(sign);
        if (point <= 0) return text.Append("0.").Append('0', -point).Append(digits).ToString();
        if (point >= digits.Length) return text.Append(digits).Append('0', point - digits.Length).ToString();
        return text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point).ToString();
    }

    private static string Scientific(string sign, string digits, int exponent)
    {
        var text = new StringBuilder(sign).Append(digits[0]);
        if (digits.Length > 1) text.Append('.').Append(digits, 1, digits.Length - 1);
        text.Append('e').Append(exponent < 0 ? '-' : '+');
        return text.Append(Math.Abs(exponent).ToString("D2", CultureInfo.InvariantCulture)).ToString();
    }
}
