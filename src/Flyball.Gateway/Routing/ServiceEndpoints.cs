namespace Flyball.Gateway.Routing;

/// <summary>
/// The endpoints of one service, by name, and the upstreams that routes have asked of it. Used by the routing table's
/// one writer only.
/// </summary>
internal sealed class ServiceEndpoints(string service, ServiceState state)
{
    /// <summary>What a port is called when nobody named it.</summary>
    private const string UsualPort = "http";

    private readonly SortedDictionary<string, Upstream> upstreams = new(StringComparer.Ordinal);
    private readonly List<Upstream> left = [];
    private UpstreamEndpoint[] endpoints = [];

    public string Service => service;

    public ServiceState State => state;

    public bool IsEmpty => endpoints.Length == 0 && upstreams.Count == 0 && left.Count == 0;

    public UpstreamEndpoint? Find(string name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : endpoints[index];
    }

    public void Set(UpstreamEndpoint endpoint)
    {
        int index = IndexOf(endpoint.Name);
        if (index >= 0) endpoints[index] = endpoint;
        else endpoints = [.. endpoints.AsSpan(0, ~index), endpoint, .. endpoints.AsSpan(~index)];
    }

    public void Remove(string name)
    {
        int index = IndexOf(name);
        if (index >= 0) endpoints = [.. endpoints.AsSpan(0, index), .. endpoints.AsSpan(index + 1)];
    }

    /// <summary>The upstream of a port, used as the settings say, for one more route.</summary>
    public Upstream Acquire(string? port, UpstreamPolicies policies, UpstreamSettings settings)
    {
        string key = KeyOf(port, settings);
        if (!upstreams.TryGetValue(key, out Upstream? upstream))
        {
            upstream = new Upstream(service, port, policies, settings, state);
            upstreams.Add(key, upstream);
            Publish(upstream);
        }

        upstream.RouteCount++;
        return upstream;
    }

    public void Release(Upstream upstream)
    {
        if (--upstream.RouteCount > 0) return;
        upstreams.Remove(KeyOf(upstream.Port, upstream.Settings));
        // No new request comes, but those that wait for an endpoint must see the next one.
        if (upstream.Retire()) left.Add(upstream);
    }

    /// <summary>Shows the endpoints as they now are to the requests of every upstream.</summary>
    public void Publish()
    {
        state.Show(endpoints);
        foreach (Upstream upstream in upstreams.Values) Publish(upstream);
        if (left.Count == 0) return;
        left.RemoveAll(upstream => !upstream.HasWaiters);
        foreach (Upstream upstream in left) Publish(upstream);
    }

    private static string KeyOf(string? port, UpstreamSettings settings) => $"{port} {settings.Key}";

    private void Publish(Upstream upstream)
    {
        string? port = upstream.Port ?? FirstPort();
        upstream.Replace(port is null
            ? EndpointSet.Empty
            : new EndpointSet([.. endpoints.Where(one =>
                one.Endpoint.Port == port && one.Endpoint.Protocol == "tcp")]));
    }

    /// <summary>The port meant by a route that names none: <c>http</c>, or else the first by name.</summary>
    private string? FirstPort()
    {
        string? first = null;
        foreach (UpstreamEndpoint one in endpoints)
        {
            if (one.Endpoint.Protocol != "tcp") continue;
            if (one.Endpoint.Port == UsualPort) return UsualPort;
            if (first is null || string.CompareOrdinal(one.Endpoint.Port, first) < 0) first = one.Endpoint.Port;
        }

        return first;
    }

    private int IndexOf(string name)
    {
        int low = 0;
        int high = endpoints.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.CompareOrdinal(endpoints[middle].Name, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
