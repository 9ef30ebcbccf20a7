namespace Flyball.Gateway.Balancing;

/// <summary>
/// A moving average of an endpoint's latency that rises at once, falls slowly and fades while nothing comes (peak
/// EWMA, as Finagle has it): an endpoint that was slow is asked again after a while, even if others were never busy.
/// </summary>
internal sealed class LatencyAverage(TimeProvider time)
{
    /// <summary>After this long without a sample the average has lost two thirds.</summary>
    private const double FadeSeconds = 10;

    private readonly double fadeTicks = FadeSeconds * time.TimestampFrequency;
    private double value;
    private long sampledAt;

    /// <summary>Milliseconds; 0 before the first sample.</summary>
    public double At(long now) => Volatile.Read(ref value) * Faded(now);

    public void Observe(TimeSpan sample, long now)
    {
        // Two requests may lose one another's sample: the average is a hint, not an account.
        double kept = Faded(now);
        double before = Volatile.Read(ref value);
        double ms = sample.TotalMilliseconds;
        Volatile.Write(ref value, ms >= before ? ms : ms + ((before - ms) * kept));
        Volatile.Write(ref sampledAt, now);
    }

    private double Faded(long now)
    {
        long since = now - Volatile.Read(ref sampledAt);
        return since <= 0 ? 1 : Math.Exp(-since / fadeTicks);
    }
}
