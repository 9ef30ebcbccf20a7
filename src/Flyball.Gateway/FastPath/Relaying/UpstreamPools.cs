using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>A loop's connections to endpoints; once a second those that are no longer needed are closed.</summary>
internal sealed class UpstreamPools : ITimed
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly EventLoop loop;
    private readonly LoopTimer timer;
    private readonly Dictionary<UpstreamEndpoint, EndpointPool> pools = [];
    private bool sweeps;

    public UpstreamPools(EventLoop loop)
    {
        this.loop = loop;
        timer = new LoopTimer(this);
    }

    public EndpointPool For(UpstreamEndpoint endpoint)
    {
        if (pools.TryGetValue(endpoint, out EndpointPool? pool)) return pool;
        pool = new EndpointPool(loop, endpoint);
        pools.Add(endpoint, pool);
        if (sweeps) return pool;
        sweeps = true;
        loop.Timers.Set(timer, loop.After(SweepInterval));
        return pool;
    }

    public void OnTimer()
    {
        long idleSince = loop.Now - (loop.After(loop.Parts.Options.EndpointIdleTimeout) - loop.Now);
        List<UpstreamEndpoint>? unused = null;
        foreach ((UpstreamEndpoint endpoint, EndpointPool pool) in pools)
        {
            pool.CloseIdle(endpoint.IsClosed ? long.MaxValue : idleSince);
            if (pool.IsUnused) (unused ??= []).Add(endpoint);
        }

        foreach (UpstreamEndpoint endpoint in unused ?? []) pools.Remove(endpoint);
        sweeps = pools.Count > 0;
        if (sweeps) loop.Timers.Set(timer, loop.After(SweepInterval));
    }
}
