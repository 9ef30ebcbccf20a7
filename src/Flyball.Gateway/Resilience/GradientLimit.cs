namespace Flyball.Gateway.Resilience;

/// <summary>
/// Finds how many requests a service can work on at once. Latency far above what it is without a queue means that
/// requests wait for one another: the limit then shrinks by that gradient and otherwise grows by its square root
/// (after Netflix' concurrency-limits and Envoy's adaptive concurrency). What latency is without a queue is measured
/// again and again, by halving the limit for a moment: under lasting overload nothing else would tell.
/// </summary>
internal sealed class GradientLimit
{
    private const double First = 20;
    private const double Least = 4;
    private const double Most = 10_000;

    /// <summary>Latency may be this many times what it is without a queue before the limit shrinks.</summary>
    private const double Tolerance = 1.5;

    /// <summary>The share of the way to a new limit that is gone at once: one odd moment moves it little.</summary>
    private const double Step = 0.5;

    /// <summary>Answers that are judged together, and the time after which fewer will do.</summary>
    private const int SamplesMin = 16;

    private static readonly TimeSpan WindowMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WindowMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private Phase phase;
    private double limit = First;
    private double restored;
    private double unqueuedMs;
    private double sumMs;
    private int samples;
    private int inFlightMax;
    private long windowFrom;
    private long probedAt;
    private volatile int current = (int)First;

    public GradientLimit(TimeProvider time)
    {
        this.time = time;
        windowFrom = probedAt = time.GetTimestamp();
    }

    private enum Phase
    {
        Normal,

        /// <summary>The limit is halved, and what was let in before still counts.</summary>
        Draining,

        /// <summary>The limit is halved, and latency is what it is without a queue.</summary>
        Probing,
    }

    public int Limit => current;

    public void Observe(TimeSpan latency, int inFlight)
    {
        long now = time.GetTimestamp();
        lock (gate)
        {
            sumMs += latency.TotalMilliseconds;
            samples++;
            inFlightMax = Math.Max(inFlightMax, inFlight);
            TimeSpan window = time.GetElapsedTime(windowFrom, now);
            if (window < WindowMin || (samples < SamplesMin && window < WindowMax)) return;
            Judge(Math.Max(0.01, sumMs / samples), now);
            current = (int)limit;
            (sumMs, samples, inFlightMax, windowFrom) = (0, 0, 0, now);
        }
    }

    private void Judge(double meanMs, long now)
    {
        switch (phase)
        {
            case Phase.Draining:
                phase = Phase.Probing;
                return;
            case Phase.Probing:
                unqueuedMs = meanMs;
                limit = restored;
                phase = Phase.Normal;
                probedAt = now;
                return;
        }

        if (unqueuedMs == 0 || meanMs < unqueuedMs) unqueuedMs = meanMs;
        // A limit that is not used says nothing about whether it is too high.
        if (inFlightMax * 2 < limit) return;
        double gradient = Math.Clamp(Tolerance * unqueuedMs / meanMs, 0.5, 1);
        double next = (limit * gradient) + Math.Sqrt(limit);
        limit = Math.Clamp(limit + ((next - limit) * Step), Least, Most);
        if (time.GetElapsedTime(probedAt, now) < ProbeInterval) return;
        restored = limit;
        limit = Math.Max(Least, limit / 2);
        phase = Phase.Draining;
    }
}
