using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Tcp;

/// <summary>
/// The TCP routes of a routing table by port; of several at one port the first name in ordinal order wins. Changed by
/// the table's writer, read by anybody.
/// </summary>
internal sealed class TcpRouteSet
{
    private readonly SortedDictionary<string, RouteEntry> byName = new(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<int, RouteEntry> byPort = new Dictionary<int, RouteEntry>();
    private bool touched;

    /// <summary>Immutable; replaced as a whole.</summary>
    public IReadOnlyDictionary<int, RouteEntry> ByPort => byPort;

    /// <summary>Called when the set has changed, on the writer's thread.</summary>
    public Action? Changed { get; set; }

    public void Add(RouteEntry route)
    {
        byName[route.Name] = route;
        touched = true;
    }

    public void Remove(RouteEntry route) => touched |= byName.Remove(route.Name);

    public void Publish()
    {
        if (!touched) return;
        touched = false;
        var ports = new SortedDictionary<int, RouteEntry>();
        foreach (RouteEntry route in byName.Values) ports.TryAdd(route.Route.Listen!.Value, route);
        byPort = ports;
        Changed?.Invoke();
    }
}
