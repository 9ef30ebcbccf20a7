using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>
/// Gives an endpoint that has just become ready a growing share of what it would get: from a tenth to all of it within
/// a time, so that cold caches and code that is still being compiled meet no full load.
/// </summary>
internal sealed class SlowStart(TimeSpan window, TimeProvider time)
{
    private const double ShareMin = 0.1;

    private readonly double ticks = window.TotalSeconds * time.TimestampFrequency;

    /// <param name="endpoint">The one that was chosen.</param>
    /// <param name="now">In the time provider's timestamps.</param>
    /// <param name="draw">Random bits; the lowest 24 decide.</param>
    public bool Admits(UpstreamEndpoint endpoint, long now, ulong draw)
    {
        double share = (now - endpoint.ReadySince) / ticks;
        return share >= 1 || (draw & 0xFFFFFF) / (double)0x1000000 < Math.Max(ShareMin, share);
    }
}
