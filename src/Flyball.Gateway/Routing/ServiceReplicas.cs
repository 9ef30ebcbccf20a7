namespace Flyball.Gateway.Routing;

/// <summary>
/// What a gateway knows about how many replicas a service may have: whether a request can bring one back, and whether
/// a person has said that there shall be none. Immutable.
/// </summary>
internal sealed record ServiceReplicas
{
    public static readonly ServiceReplicas Unknown = new();

    /// <summary>The least of a policy that acts; null without one.</summary>
    public int? ActingMin { get; init; }

    /// <summary>A policy may let the last one go, be it only as advice: use of the service is told.</summary>
    public bool MaySleep { get; init; }

    /// <summary>The user stopped the workload.</summary>
    public bool IsStopped { get; init; }

    /// <summary>The number that somebody wrote; null where nobody did.</summary>
    public int? Wanted { get; init; }

    /// <summary>A person wrote it, not autoscaling.</summary>
    public bool IsByHand { get; init; }

    /// <summary>A person's number holds against the policy until then.</summary>
    public long? PinnedUntilUnixMs { get; init; }

    /// <summary>It may be without any instance, and a request that waits brings one.</summary>
    public bool WakesOnRequest => ActingMin == 0 && !IsStopped;

    /// <summary>A person wants none: no request may bring one, so none waits.</summary>
    public bool IsHeldAtZero(long nowUnixMs) =>
        IsStopped || (Wanted == 0 && IsByHand && (ActingMin is null || PinnedUntilUnixMs > nowUnixMs));
}
