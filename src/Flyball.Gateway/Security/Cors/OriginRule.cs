using System.Buffers;

namespace Flyball.Gateway.Security.Cors;

/// <summary>An origin, or all hosts below one.</summary>
internal sealed record OriginRule(string Scheme, string Host, bool Below)
{
    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create("/?#@* ");

    /// <summary>Null when it is no origin: scheme, host and perhaps a port, and nothing behind.</summary>
    public static OriginRule? Parse(string text)
    {
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0) return null;
        string scheme = text[..end].ToLowerInvariant();
        string host = text[(end + 3)..].ToLowerInvariant();
        bool below = host.StartsWith("*.", StringComparison.Ordinal);
        if (below) host = host[2..];
        bool isHost = host.Length > 0 && !host.AsSpan().ContainsAny(NotOfHosts);
        return isHost ? new OriginRule(scheme, host, below) : null;
    }

    /// <param name="origin">As a browser sends it: lower case, no port that goes without saying.</param>
    public bool Fits(string origin)
    {
        int start = Scheme.Length + 3;
        if (origin.Length <= start || !origin.StartsWith(Scheme, StringComparison.Ordinal)
            || string.CompareOrdinal(origin, Scheme.Length, "://", 0, 3) != 0)
            return false;
        ReadOnlySpan<char> host = origin.AsSpan(start);
        if (!Below) return host.SequenceEqual(Host);
        return host.Length > Host.Length + 1 && host[^(Host.Length + 1)] == '.' && host.EndsWith(Host)
            && !host.ContainsAny("/@?#");
    }
}
