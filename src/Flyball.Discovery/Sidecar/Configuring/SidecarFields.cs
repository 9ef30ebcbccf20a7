using System.Globalization;
using System.Net;
using Flyball.Contracts.Yaml;
using Flyball.Discovery.Consul;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Values of a sidecar's file, each with its range.</summary>
internal static class SidecarFields
{
    public const int NameCharsMax = 255;

    public static int Number(this YamlFields fields, string key, int absent, int least, int most)
    {
        string? text = fields.Text(key);
        if (text is null) return absent;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most)
            return number;
        fields.Fail(key, $"takes a whole number from {least} to {most}, not {text}");
        return absent;
    }

    public static TimeSpan Duration(
        this YamlFields fields, string key, TimeSpan absent, TimeSpan least, TimeSpan most)
    {
        string? text = fields.Text(key);
        if (text is null) return absent;
        if (GoDuration.Parse(text) is { } value && value >= least && value <= most) return value;
        fields.Fail(key, $"takes a duration from {GoDuration.Format(least)} to {GoDuration.Format(most)}, not {text}");
        return absent;
    }

    /// <summary>Null, with a problem, when it is missing, too long, or not in one line.</summary>
    public static string? Name(this YamlFields fields, string key)
    {
        string? text = fields.Text(key);
        if (text is { Length: > 0 and <= NameCharsMax } && !text.Any(char.IsControl)) return text;
        fields.Fail(key, text is null ? "is missing" : $"takes 1 to {NameCharsMax} characters in one line");
        return null;
    }

    public static Uri? Url(this YamlFields fields, string key)
    {
        string? text = fields.Text(key);
        if (text is null) return null;
        if (ReadUrl(text) is { } url) return url;
        fields.Fail(key, $"takes an address such as {SidecarOptions.UsualCatalogue}, not {text}");
        return null;
    }

    /// <summary>Also <c>HOST:PORT</c>.</summary>
    public static Uri? ReadUrl(string text)
    {
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(whole, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            && url.Host.Length > 0 && url.PathAndQuery == "/" && url.UserInfo.Length == 0 ? url : null;
    }

    public static IPEndPoint? EndPointOrNone(this YamlFields fields, string key, IPEndPoint absent)
    {
        string? text = fields.Text(key);
        if (text is null) return absent;
        if (text == "none") return null;
        if (ReadEndPoint(text) is { } endPoint) return endPoint;
        fields.Fail(key, $"takes an address with a port such as {absent}, or none, not {text}");
        return absent;
    }

    public static IPEndPoint? ReadEndPoint(string text) =>
        text.LastIndexOf(':') > 0 && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) ? endPoint : null;

    public static int? ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65_535
            ? port : null;
}
