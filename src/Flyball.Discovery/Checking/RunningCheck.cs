using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>A check that this server keeps, with what changes too often to be written. Guarded by itself.</summary>
internal sealed class RunningCheck(
    string id, string? serviceId, string row, RegisteredCheck registered, CheckJudge judge)
{
    public string Id => id;

    /// <summary>Null for a check of the node.</summary>
    public string? ServiceId => serviceId;

    /// <summary>The registration that it belongs to.</summary>
    public string Row => row;

    public CheckSpec Spec => registered.Spec;

    public CheckJudge Judge => judge;

    /// <summary>What the store says.</summary>
    public CheckStatus Written { get; set; } = registered.Status;

    public string Output { get; set; } = registered.Output;

    public long? CriticalSinceUnixMs { get; set; } = registered.CriticalSinceUnixMs;

    /// <summary>The client has until then (TTL), or the next probe is then.</summary>
    public long DueUnixMs { get; set; }

    public bool IsProbing { get; set; }

    /// <summary>It is no longer registered.</summary>
    public bool IsGone { get; set; }

    /// <summary>When its service is deregistered unless it recovers; null for never.</summary>
    public long? ReapAtUnixMs(long notBeforeUnixMs) =>
        serviceId is not null && Spec.DeregisterAfter is { } after && CriticalSinceUnixMs is { } since
            ? Math.Max(since + (long)after.TotalMilliseconds, notBeforeUnixMs)
            : null;
}
