namespace Flyball.Gateway.Routing;

/// <summary>How a route names its hosts.</summary>
internal enum RouteHostKind
{
    /// <summary>Every host.</summary>
    Any,

    /// <summary><c>*.example.com</c>: every host one label or more below the name.</summary>
    Wildcard,

    /// <summary>This host alone.</summary>
    Exact,
}

/// <summary>
/// A route's host: <see cref="Name"/> is the host, or what follows <c>*.</c>, without port and without the root's dot.
/// </summary>
internal readonly record struct RouteHost(RouteHostKind Kind, string Name)
{
    public static RouteHost Parse(string? host)
    {
        if (string.IsNullOrEmpty(host) || host == "*") return new RouteHost(RouteHostKind.Any, "");
        bool wildcard = host.StartsWith("*.", StringComparison.Ordinal);
        string name = Bare(wildcard ? host.AsSpan(2) : host).ToString().ToLowerInvariant();
        return new RouteHost(wildcard ? RouteHostKind.Wildcard : RouteHostKind.Exact, name);
    }

    /// <summary>Whether a <c>Host</c> header is among them; for explaining, the matcher looks hosts up.</summary>
    public bool Matches(ReadOnlySpan<char> header)
    {
        ReadOnlySpan<char> bare = Bare(header);
        return Kind switch
        {
            RouteHostKind.Exact => bare.Equals(Name, StringComparison.OrdinalIgnoreCase),
            RouteHostKind.Wildcard => bare.EndsWith("." + Name, StringComparison.OrdinalIgnoreCase),
            _ => true,
        };
    }

    /// <summary>
    /// The host of a <c>Host</c> header: no port, no dot at the end, an IPv6 address with its brackets.
    /// </summary>
    public static ReadOnlySpan<char> Bare(ReadOnlySpan<char> header)
    {
        int colon = header.LastIndexOf(':');
        if (colon >= 0 && header.IndexOf(']') < colon) header = header[..colon];
        return header.Length > 1 && header[^1] == '.' ? header[..^1] : header;
    }
}
