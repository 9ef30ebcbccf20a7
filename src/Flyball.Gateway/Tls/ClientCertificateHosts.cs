using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Tls;

/// <summary>
/// For which hosts clients are asked for a certificate: those of the routes that want one. Changed by the routing
/// table's writer, read by handshakes.
/// </summary>
internal sealed class ClientCertificateHosts
{
    private readonly SortedDictionary<string, RouteHost> routes = new(StringComparer.Ordinal);
    private volatile RouteHost[] hosts = [];

    /// <param name="route">The route's name.</param>
    /// <param name="host">Where it wants a certificate; null when it does not, or is gone.</param>
    public void Set(string route, RouteHost? host)
    {
        if (host is { } wanted) routes[route] = wanted;
        else if (!routes.Remove(route)) return;
        hosts = [.. routes.Values.Distinct()];
    }

    public bool Ask(string serverName)
    {
        foreach (RouteHost host in hosts)
        {
            if (Covers(host, serverName)) return true;
        }

        return false;
    }

    private static bool Covers(RouteHost host, string name) => host.Kind switch
    {
        RouteHostKind.Any => true,
        RouteHostKind.Exact => string.Equals(host.Name, name, StringComparison.OrdinalIgnoreCase),
        _ => name.Length > host.Name.Length + 1 && name[name.Length - host.Name.Length - 1] == '.'
            && name.EndsWith(host.Name, StringComparison.OrdinalIgnoreCase),
    };
}
