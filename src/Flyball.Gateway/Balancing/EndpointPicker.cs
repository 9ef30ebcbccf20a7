using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// Picks the endpoint of one try: the client's seat, then what the balancer chooses. Ejected endpoints, those tried
/// before and those that are full are passed over while there are others; those that fail their health check are asked
/// last, and only by a request that failed at a ready one.
/// </summary>
/// <param name="random">Where the draws come from.</param>
/// <param name="balancer">The way to choose.</param>
/// <param name="slowStart">Null without.</param>
/// <param name="time">For slow start.</param>
/// <param name="inFlightMax">Requests at one endpoint at the same time.</param>
internal sealed class EndpointPicker(
    RandomSequence random, IBalancer balancer, SlowStart? slowStart = null, TimeProvider? time = null,
    int inFlightMax = int.MaxValue)
{
    /// <summary>
    /// An endpoint with a request counted in (the caller calls <see cref="UpstreamEndpoint.Leave"/>), or null when the
    /// upstream has none that may be asked, or each is full.
    /// </summary>
    public UpstreamEndpoint? Pick(EndpointSet endpoints, Pick pick)
    {
        UpstreamEndpoint[] ready = endpoints.Ready;
        if (ready.Length == 0) return null;
        if (pick.Key.Seat is { } seat && AtSeat(endpoints, seat, pick.Tried) is { } seated) return seated;
        ulong draw = random.Next();
        long now = slowStart is null ? 0 : time!.GetTimestamp();
        ulong slowDraw = slowStart is null ? 0 : random.Next();
        var fitness = new Fitness(pick.Tried, slowStart, now, slowDraw, inFlightMax);
        UpstreamEndpoint? chosen = balancer.Choose(endpoints, fitness, draw, pick.Key.Hash);
        if (chosen is not null && chosen.TryEnter(inFlightMax)) return chosen;
        return Scan(endpoints, (int)((draw & 0xFFFFFFFF) * (uint)ready.Length >> 32), pick.Tried);
    }

    /// <summary>The same for a request that wants nothing in particular.</summary>
    public UpstreamEndpoint? Pick(EndpointSet endpoints, ReadOnlySpan<UpstreamEndpoint> tried) =>
        Pick(endpoints, new Pick(tried));

    private UpstreamEndpoint? AtSeat(EndpointSet endpoints, ulong seat, ReadOnlySpan<UpstreamEndpoint> tried)
    {
        foreach (UpstreamEndpoint endpoint in endpoints.Ready)
        {
            if (endpoint.Seat != seat) continue;
            bool fits = !endpoint.Health.IsEjected && !tried.Contains(endpoint);
            return fits && endpoint.TryEnter(inFlightMax) ? endpoint : null;
        }

        return null;
    }

    /// <summary>
    /// The choice met only endpoints that will not do, or one began to drain in between. In this order, each from a
    /// random start: one that fits; an untried but ejected one; an untried one that fails its health check (when an
    /// instance is killed, the one that replaced its neighbour may be well already and its check not yet say so);
    /// whichever still lets a request in.
    /// </summary>
    private UpstreamEndpoint? Scan(EndpointSet endpoints, int start, ReadOnlySpan<UpstreamEndpoint> tried) =>
        First(endpoints.Ready, start, tried, mustBeUntried: true, mustNotBeEjected: true) ??
        First(endpoints.Ready, start, tried, mustBeUntried: true, mustNotBeEjected: false) ??
        First(endpoints.Failing, start, tried, mustBeUntried: true, mustNotBeEjected: false) ??
        First(endpoints.Ready, start, tried, mustBeUntried: false, mustNotBeEjected: false);

    private UpstreamEndpoint? First(
        UpstreamEndpoint[] candidates, int start, ReadOnlySpan<UpstreamEndpoint> tried, bool mustBeUntried,
        bool mustNotBeEjected)
    {
        for (int i = 0; i < candidates.Length; i++)
        {
            UpstreamEndpoint candidate = candidates[(start + i) % candidates.Length];
            if (mustNotBeEjected && candidate.Health.IsEjected) continue;
            if (mustBeUntried && tried.Contains(candidate)) continue;
            if (candidate.TryEnter(inFlightMax)) return candidate;
        }

        return null;
    }
}
