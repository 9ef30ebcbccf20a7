namespace Flyball.Gateway.Routing;

/// <summary>An upstream's endpoints at one moment, by name. Immutable; replaced as a whole.</summary>
internal sealed class EndpointSet
{
    public static readonly EndpointSet Empty = new([]);

    public EndpointSet(UpstreamEndpoint[] all)
    {
        All = all;
        Ready = [.. all.Where(endpoint => endpoint.IsReady)];
        AreNumeric = Array.TrueForAll(all, endpoint => endpoint.Numeric is not null);
    }

    /// <summary>No address of them has to be resolved.</summary>
    public bool AreNumeric { get; }

    public UpstreamEndpoint[] All { get; }

    /// <summary>Those that pass their health check and do not drain: what requests are spread over.</summary>
    public UpstreamEndpoint[] Ready { get; }
}
