using System.Globalization;

namespace Flyball.Discovery.Checking;

/// <summary>Reads <c>host:port</c>, an IPv6 address in brackets.</summary>
internal static class HostPort
{
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static (string Host, int Port) Split(string text) =>
        TrySplit(text) ?? throw new FormatException($"'{text}' is not host:port.");

    public static (string Host, int Port)? TrySplit(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0) return null;
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return null;
        return host.Length > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= 65_535
            ? (host, port)
            : null;
    }
}
