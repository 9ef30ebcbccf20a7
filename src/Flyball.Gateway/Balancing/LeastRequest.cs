using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// The endpoint with the fewest requests in flight by weight, of all; among equals the first from a random start. Costs
/// a look at each, so for some dozens of endpoints.
/// </summary>
internal sealed class LeastRequest : IBalancer
{
    public UpstreamEndpoint? Choose(EndpointSet endpoints, in Fitness fitness, ulong draw, ulong? hash)
    {
        UpstreamEndpoint[] ready = endpoints.Ready;
        int start = (int)((draw >> 32) * (uint)ready.Length >> 32);
        UpstreamEndpoint? best = null;
        double least = double.MaxValue;
        for (int i = 0; i < ready.Length; i++)
        {
            UpstreamEndpoint candidate = ready[(start + i) % ready.Length];
            double load = (candidate.InFlight + 1.0) / candidate.Weight;
            if (load >= least || !fitness.Fits(candidate)) continue;
            (best, least) = (candidate, load);
        }

        return best;
    }
}
