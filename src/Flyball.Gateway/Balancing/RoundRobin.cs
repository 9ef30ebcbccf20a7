using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// One endpoint after the other. With different weights a low-discrepancy sequence (multiples of the golden ratio)
/// walks over the weights laid side by side: each gets its share, and none several times in a row beyond it.
/// </summary>
internal sealed class RoundRobin : IBalancer
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private long turn = -1;

    public UpstreamEndpoint? Choose(EndpointSet endpoints, in Fitness fitness, ulong draw, ulong? hash)
    {
        UpstreamEndpoint[] ready = endpoints.Ready;
        ulong at = (ulong)Interlocked.Increment(ref turn);
        int start = endpoints.AreEqual
            ? (int)(at % (ulong)ready.Length)
            : Weighted(ready, Math.BigMul(at * GoldenRatio, (ulong)endpoints.ReadyWeight, out _));
        for (int i = 0; i < ready.Length; i++)
        {
            UpstreamEndpoint candidate = ready[(start + i) % ready.Length];
            if (fitness.Fits(candidate)) return candidate;
        }

        return null;
    }

    private static int Weighted(UpstreamEndpoint[] ready, ulong at)
    {
        for (int i = 0; i < ready.Length; i++)
        {
            if (at < (ulong)ready[i].Weight) return i;
            at -= (ulong)ready[i].Weight;
        }

        return 0;
    }
}
