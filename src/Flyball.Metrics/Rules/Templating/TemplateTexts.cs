using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>What templates do to texts and times.</summary>
internal static class TemplateTexts
{
    public static object ToTime(double seconds) => IsTime(seconds)
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
        : throw new TemplateException($"{GoNumber.Short(seconds)} is no time");

    public static string HumanizeTime(double seconds) =>
        double.IsFinite(seconds) ? TemplateValues.Print(ToTime(seconds)) : GoNumber.Rounded(seconds, 4);

    public static double ParseDuration(string text) => Durations.TryParse(text, out string? error) is { } ms
        ? ms / 1000.0
        : throw new TemplateException(error!);

    /// <summary>Each word with a capital letter.</summary>
    public static string Title(string text)
    {
        char[] letters = text.ToCharArray();
        for (int at = 0; at < letters.Length; at++)
        {
            if (at == 0 || !char.IsLetterOrDigit(letters[at - 1])) letters[at] = char.ToUpperInvariant(letters[at]);
        }

        return new string(letters);
    }

    public static bool IsMatch(string pattern, string text) => Compile(pattern).IsMatch(text);

    public static string Replace(string pattern, string replacement, string text) =>
        Compile(pattern).Replace(text, replacement);

    public static string StripPort(string address)
    {
        (string host, string port) = SplitPort(address);
        return port.Length > 0 ? host.Trim('[', ']') : address;
    }

    /// <summary><c>web1.example.org:80</c> becomes <c>web1:80</c>; addresses stay as they are.</summary>
    public static string StripDomain(string address)
    {
        (string host, string port) = SplitPort(address);
        if (IPAddress.TryParse(host.Trim('[', ']'), out _)) return address;
        string name = host.Split('.')[0];
        return port.Length > 0 ? $"{name}:{port}" : name;
    }

    public static string PathPrefix(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) ? address.AbsolutePath.TrimEnd('/') : "";

    private static bool IsTime(double seconds) => Math.Abs(seconds) < 250_000_000_000;

    private static (string Host, string Port) SplitPort(string address)
    {
        int colon = address.LastIndexOf(':');
        bool hasPort = colon > 0 && int.TryParse(
                address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (address.IndexOf(':', StringComparison.Ordinal) == colon || address[colon - 1] == ']');
        return hasPort ? (address[..colon], address[(colon + 1)..]) : (address, "");
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            // Linear in the text whatever the pattern, as in Go.
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new TemplateException(e.Message);
        }
    }
}
