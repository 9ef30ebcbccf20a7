using Flyball.Gateway.Balancing;

namespace Flyball.Gateway.Routing;

/// <summary>An upstream's endpoints at one moment, by name. Immutable; replaced as a whole.</summary>
internal sealed class EndpointSet
{
    public static readonly EndpointSet Empty = new([]);

    public EndpointSet(UpstreamEndpoint[] all)
    {
        All = all;
        Ready = [.. all.Where(endpoint => endpoint.IsReady)];
        Failing = [.. all.Where(endpoint => endpoint.IsFailing)];
        AreNumeric = Array.TrueForAll(all, endpoint => endpoint.Numeric is not null);
        AreEqual = true;
        foreach (UpstreamEndpoint endpoint in Ready)
        {
            int weight = endpoint.Weight;
            AreEqual &= weight == Ready[0].Weight;
            ReadyWeight += weight;
        }
    }

    private EndpointSet(EndpointSet from, HashRing ring)
    {
        All = from.All;
        Ready = from.Ready;
        Failing = from.Failing;
        AreNumeric = from.AreNumeric;
        AreEqual = from.AreEqual;
        ReadyWeight = from.ReadyWeight;
        Ring = ring;
    }

    /// <summary>No address of them has to be resolved.</summary>
    public bool AreNumeric { get; }

    public UpstreamEndpoint[] All { get; }

    /// <summary>Those that pass their health check and do not drain: what requests are spread over.</summary>
    public UpstreamEndpoint[] Ready { get; }

    /// <summary>
    /// Those that fail their health check: asked only by a request that every ready one has failed, for a check may be
    /// older than the instance's recovery.
    /// </summary>
    public UpstreamEndpoint[] Failing { get; }

    /// <summary>The ready ones have one weight.</summary>
    public bool AreEqual { get; }

    /// <summary>The ready ones' weights together.</summary>
    public long ReadyWeight { get; }

    /// <summary>Where hashes lead; null where requests are not spread by hash.</summary>
    public HashRing? Ring { get; }

    public EndpointSet WithRing(HashRing ring) => new(this, ring);
}
