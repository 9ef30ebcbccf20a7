using Flyball.Gateway.Balancing;

namespace Flyball.Gateway.Routing;

/// <summary>The upstreams that share a route's requests by weight; nearly always one.</summary>
internal sealed class RouteTargets
{
    private readonly TargetEntry[] all;
    private readonly RandomSequence random;
    private readonly long weight;

    /// <param name="all">At least one.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="mirror">Who gets copies; null for nobody.</param>
    public RouteTargets(TargetEntry[] all, RandomSequence random, TargetEntry? mirror = null)
    {
        this.all = all;
        Mirror = mirror;
        this.random = random;
        weight = all.Sum(target => (long)target.Weight);
    }

    public IReadOnlyList<TargetEntry> All => all;

    /// <summary>Who gets copies of requests; null for nobody.</summary>
    public TargetEntry? Mirror { get; }

    /// <summary>All that the route holds on to.</summary>
    public IEnumerable<Upstream> Upstreams =>
        (Mirror is null ? all : [.. all, Mirror]).Select(target => target.Upstream);

    /// <summary>The one that speaks for the route where no request is meant.</summary>
    public TargetEntry First => all[0];

    /// <summary>
    /// The target of one request, drawn by weight. One that has no endpoint ready is passed over while another has: a
    /// canary that is gone costs nobody an answer.
    /// </summary>
    public TargetEntry Choose()
    {
        if (all.Length == 1) return all[0];
        TargetEntry drawn = Draw(weight, onlyReady: false);
        if (drawn.Upstream.Endpoints.Ready.Length > 0) return drawn;
        long ready = all.Sum(target => IsReady(target) ? (long)target.Weight : 0);
        return ready > 0 ? Draw(ready, onlyReady: true) : drawn;
    }

    private TargetEntry Draw(long of, bool onlyReady)
    {
        long at = of == 0 ? 0 : (long)(random.Next() % (ulong)of);
        foreach (TargetEntry target in all)
        {
            if (onlyReady && !IsReady(target)) continue;
            at -= target.Weight;
            if (at < 0) return target;
        }

        return all[0];
    }

    private static bool IsReady(TargetEntry target) => target.Upstream.Endpoints.Ready.Length > 0;
}
