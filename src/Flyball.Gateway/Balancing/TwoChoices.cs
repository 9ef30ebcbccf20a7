using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// The power of two choices (Mitzenmacher 2001): of two endpoints drawn at random the one with less load. Load is the
/// requests in flight by weight, and by choice times the average latency (peak EWMA).
/// </summary>
/// <param name="latencyTime">Null to weigh by requests in flight alone.</param>
internal sealed class TwoChoices(TimeProvider? latencyTime = null) : IBalancer
{
    public UpstreamEndpoint? Choose(EndpointSet endpoints, in Fitness fitness, ulong draw, ulong? hash)
    {
        UpstreamEndpoint[] ready = endpoints.Ready;
        int first = (int)((draw & 0xFFFFFFFF) * (uint)ready.Length >> 32);
        int second = ready.Length == 1 ? first : (int)((draw >> 32) * (uint)(ready.Length - 1) >> 32);
        if (second >= first && ready.Length > 1) second++;
        UpstreamEndpoint one = ready[first];
        UpstreamEndpoint other = ready[second];
        return (fitness.Fits(one), fitness.Fits(other)) switch
        {
            (true, true) => Load(other) < Load(one) ? other : one,
            (true, false) => one,
            (false, true) => other,
            _ => null,
        };
    }

    private double Load(UpstreamEndpoint endpoint)
    {
        double load = (endpoint.InFlight + 1.0) / endpoint.Weight;
        return latencyTime is null ? load : load * Math.Max(endpoint.Latency.At(latencyTime.GetTimestamp()), 0.001);
    }
}
