using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>A check that this server keeps, with what changes too often to be written. Guarded by itself.</summary>
internal sealed class RunningCheck(
    string id, string? serviceId, string row, RegisteredCheck registered, Revision revision, CheckJudge judge)
{
    private CancellationTokenSource? probe;

    public string Id => id;

    /// <summary>Null for a check of the node.</summary>
    public string? ServiceId => serviceId;

    /// <summary>The registration that it belongs to.</summary>
    public string Row => row;

    public CheckSpec Spec => registered.Spec;

    public CheckJudge Judge => judge;

    /// <summary>Whose turn it is to write its state: one at a time, so that the newest is what stays.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>What the store says, as of <see cref="WrittenAt"/>.</summary>
    public CheckStatus Written { get; private set; } = registered.Status;

    public Revision WrittenAt { get; private set; } = revision;

    public string Output { get; set; } = registered.Output;

    public long? CriticalSinceUnixMs { get; set; } = registered.CriticalSinceUnixMs;

    /// <summary>The client has until then (TTL), or the next probe is then.</summary>
    public long DueUnixMs { get; set; }

    /// <summary>When a state that could not be written is tried again.</summary>
    public long RetryUnixMs { get; set; } = long.MaxValue;

    public bool IsProbing { get; set; }

    /// <summary>It is no longer registered.</summary>
    public bool IsGone { get; private set; }

    /// <summary>When its service is deregistered unless it recovers; null for never.</summary>
    public long? ReapAtUnixMs(long notBeforeUnixMs) =>
        serviceId is not null && Spec.DeregisterAfter is { } after && CriticalSinceUnixMs is { } since
            ? Math.Max(since + (long)after.TotalMilliseconds, notBeforeUnixMs)
            : null;

    /// <summary>What the store says; who writes knows it before the index does, which then says what was.</summary>
    public void Saw(CheckStatus status, Revision at)
    {
        if (at < WrittenAt) return;
        Written = status;
        WrittenAt = at;
    }

    /// <summary>What ends the probe when the check goes; null after the probe.</summary>
    public void ProbedBy(CancellationTokenSource? by) => probe = by;

    /// <summary>It is gone; whoever probes it need not go on.</summary>
    public void End()
    {
        IsGone = true;
        // Not here and now: locks are held, and what is cancelled goes on at once.
        _ = probe?.CancelAsync();
    }
}
