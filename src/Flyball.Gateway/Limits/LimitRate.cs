using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Limits;

/// <summary>How often something may happen: once an interval in the long run, and so many at once.</summary>
internal readonly record struct LimitRate(long IntervalNs, long Burst)
{
    /// <summary>The highest rate: ten million a second, below which an interval is exact to a percent.</summary>
    public const long IntervalNsMin = 100;

    /// <summary>Time that the burst stands for.</summary>
    public long BurstNs => IntervalNs * Burst;

    public static LimitRate Of(RouteRateLimit limit)
    {
        long requests = Math.Max(1, limit.Requests);
        long interval = Math.Max(IntervalNsMin, (long)(limit.Per.Ticks * 100m / requests));
        // What overflows is a rate that nobody reaches.
        long burst = Math.Clamp(limit.Burst ?? requests, 1, long.MaxValue / 4 / interval);
        return new LimitRate(interval, burst);
    }
}
