using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Resilience;

/// <summary>
/// How many requests a gateway has at an upstream at once: a fixed number, one that it finds by itself, or both. A
/// request passes once, whatever tries it takes. Used by all threads.
/// </summary>
internal sealed class UpstreamGate
{
    private readonly int most;
    private readonly GradientLimit? adaptive;
    private int active;

    private UpstreamGate(RouteLimits limits, TimeProvider time)
    {
        most = limits.Requests ?? int.MaxValue;
        adaptive = limits.Adaptive ? new GradientLimit(time) : null;
    }

    public int Active => Volatile.Read(ref active);

    /// <summary>How many are let in now.</summary>
    public int Limit => Math.Min(most, adaptive?.Limit ?? int.MaxValue);

    /// <summary>Null where nothing is limited, so that nobody pays for it.</summary>
    public static UpstreamGate? Of(RouteLimits? limits, TimeProvider time) =>
        limits is { Requests: not null } or { Adaptive: true } ? new UpstreamGate(limits, time) : null;

    /// <summary>Counts a request in; false when there are as many already.</summary>
    public bool TryEnter() => BoundedCount.TryAdd(ref active, Limit);

    /// <summary>An answer's headers came, or the time for them passed, this long after a try began.</summary>
    public void Observe(TimeSpan latency) => adaptive?.Observe(latency, Active);

    public void Leave() => Interlocked.Decrement(ref active);
}
