using System.Globalization;
using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Answers with another address for the same request.</summary>
internal sealed class RedirectAction(RouteRedirect redirect, PathPattern pattern) : RouteAction
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    public override bool LoopsDo => true;

    public int Status => redirect.Status;

    /// <summary>Where the client is sent; absolute, since every client reads that.</summary>
    /// <param name="host">The request's <c>Host</c>, with its port.</param>
    /// <param name="target">The request's target: its path and query as they stand there.</param>
    /// <param name="isHttps">The request came over TLS.</param>
    public string Location(string host, string target, bool isHttps)
    {
        string scheme = redirect.Scheme ?? (isHttps ? "https" : "http");
        int at = target.IndexOf('?', StringComparison.Ordinal);
        string query = at < 0 ? "" : target[at..];
        var location = new StringBuilder().Append(scheme).Append("://").Append(Authority(host, scheme));
        return location.Append(Path(at < 0 ? target : target[..at])).Append(query).ToString();
    }

    private string Authority(string host, string scheme)
    {
        ReadOnlySpan<char> bare = RouteHost.Bare(host);
        string name = redirect.Host ?? bare.ToString();
        if (redirect.Port is { } port) return IsUsual(port, scheme) ? name : With(name, port);
        // Another scheme is spoken at another port, and another host has ports of its own.
        if (redirect.Scheme is not null || redirect.Host is not null) return name;
        int colon = host.LastIndexOf(':');
        int asked = 0;
        bool hasPort = colon >= bare.Length
            && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out asked);
        return hasPort && !IsUsual(asked, scheme) ? With(name, asked) : name;
    }

    private string Path(string target)
    {
        if (redirect.Path is { } whole) return whole;
        if (redirect.Prefix is not { } prefix || pattern.Kind != RoutePathKind.Prefix) return target;
        string replacement = PathPattern.NormalisePrefix(prefix);
        string made = replacement + RawPath.After(RawPath.Resolve(target), pattern.Text);
        return made.Length == 0 ? "/" : made;
    }

    private static string With(string name, int port) => string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");

    private static bool IsUsual(int port, string scheme) => port == (scheme == "https" ? HttpsPort : HttpPort);
}
