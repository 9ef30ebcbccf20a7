using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// The power of two choices (Mitzenmacher 2001): of two endpoints drawn at random the one with less load gets the
/// request. Ejected endpoints and those tried before are passed over while there are others.
/// </summary>
/// <param name="random">Where the draws come from.</param>
/// <param name="useLatency">Weighs the requests in flight by the endpoint's average latency.</param>
internal sealed class EndpointPicker(RandomSequence random, bool useLatency)
{
    /// <summary>
    /// An endpoint with a request counted in (the caller calls <see cref="UpstreamEndpoint.Leave"/>), or null when the
    /// upstream has none that may be asked.
    /// </summary>
    public UpstreamEndpoint? Pick(EndpointSet endpoints, ReadOnlySpan<UpstreamEndpoint> tried)
    {
        UpstreamEndpoint[] ready = endpoints.Ready;
        if (ready.Length == 0) return null;
        ulong draw = random.Next();
        int first = (int)((draw & 0xFFFFFFFF) * (uint)ready.Length >> 32);
        int second = ready.Length == 1 ? first : (int)((draw >> 32) * (uint)(ready.Length - 1) >> 32);
        if (second >= first && ready.Length > 1) second++;

        UpstreamEndpoint one = ready[first];
        UpstreamEndpoint other = ready[second];
        bool oneFits = Fits(one, tried);
        bool otherFits = Fits(other, tried);
        UpstreamEndpoint? chosen = (oneFits, otherFits) switch
        {
            (true, true) => Load(other) < Load(one) ? other : one,
            (true, false) => one,
            (false, true) => other,
            _ => null,
        };
        return chosen is not null && chosen.TryEnter() ? chosen : Scan(ready, first, tried);
    }

    /// <summary>
    /// The draw met only endpoints that will not do, or one began to drain in between: takes the first that fits from a
    /// random start; without one an untried but ejected one; without that whichever still lets a request in.
    /// </summary>
    private static UpstreamEndpoint? Scan(UpstreamEndpoint[] ready, int start, ReadOnlySpan<UpstreamEndpoint> tried)
    {
        for (int strictness = 2; strictness >= 0; strictness--)
        {
            for (int i = 0; i < ready.Length; i++)
            {
                UpstreamEndpoint candidate = ready[(start + i) % ready.Length];
                bool fits = strictness switch
                {
                    2 => Fits(candidate, tried),
                    1 => !tried.Contains(candidate),
                    _ => true,
                };
                if (fits && candidate.TryEnter()) return candidate;
            }
        }

        return null;
    }

    private static bool Fits(UpstreamEndpoint endpoint, ReadOnlySpan<UpstreamEndpoint> tried) =>
        !endpoint.Health.IsEjected && !tried.Contains(endpoint);

    private double Load(UpstreamEndpoint endpoint)
    {
        double load = (endpoint.InFlight + 1.0) / Math.Max(1, endpoint.Endpoint.Weight);
        return useLatency ? load * Math.Max(endpoint.LatencyMs, 0.001) : load;
    }
}
