namespace Flyball.Discovery;

/// <summary>
/// Somewhere else where services are registered, and whose services become endpoints here.
/// </summary>
/// <param name="Name">One DNS label, unique among the sources. Its registrations are on the node
/// <c>source-NAME</c>.</param>
/// <param name="Address">
/// <c>etcd://HOST:2379/PREFIX/</c>, <c>zookeeper://HOST:2181/PATH</c>, <c>consul://HOST:8500</c> or
/// <c>dns://HOST:53/NAME</c>; <c>etcds</c> and
/// <c>consuls</c> with TLS. In its query: <c>prefix</c> before each service's name; <c>service</c> and <c>port</c>
/// (DNS); <c>token-file</c> (Consul).
/// </param>
public sealed record DiscoverySourceOptions(string Name, Uri Address)
{
    private static readonly string[] Schemes = ["etcd", "etcds", "consul", "consuls", "dns", "zookeeper"];

    private static readonly string[] Keys = ["prefix", "service", "port", "token-file"];

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem()
    {
        if (!DiscoveryOptions.IsLabel(Name)) return $"'{Name}' is not one DNS label.";
        if (!Address.IsAbsoluteUri || !Schemes.Contains(Address.Scheme))
            return $"'{Address}' does not begin with {string.Join("://, ", Schemes)}://.";
        if (Address.Host.Length == 0) return $"'{Address}' names no host.";
        if (Query().Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
            return $"'{unknown}' is none of: {string.Join(", ", Keys)}.";
        if (Address.Scheme == "dns" && Address.AbsolutePath.Trim('/').Length == 0)
            return $"'{Address}' names nothing to ask for.";
        return Value("port") is { } port && !(ushort.TryParse(port, out ushort number) && number > 0)
            ? $"'{port}' is no port." : null;
    }

    internal string? Value(string key) => Query().GetValueOrDefault(key);

    /// <summary>Host and port as a client of HTTP writes them.</summary>
    internal Uri Http(int usualPort) => new UriBuilder(
        Address.Scheme[^1] == 's' && Address.Scheme != "dns" ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Address.Host,
        Address.Port > 0 ? Address.Port : usualPort).Uri;

    private Dictionary<string, string> Query() => Address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .GroupBy(pair => pair[0], StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => Uri.UnescapeDataString(group.Last().ElementAtOrDefault(1) ?? ""),
            StringComparer.Ordinal);
}
