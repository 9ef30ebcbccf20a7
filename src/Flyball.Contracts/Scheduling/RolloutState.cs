namespace Flyball.Contracts.Scheduling;

/// <summary>The states of a rollout.</summary>
public enum RolloutState
{
    /// <summary>Allocations are being replaced.</summary>
    Progressing,

    /// <summary>Every replica runs the target version and is healthy.</summary>
    Completed,

    /// <summary>The new version failed; allocations return to the stable one.</summary>
    RollingBack,

    /// <summary>The workload runs its stable version again; the rejected one waits for a new spec.</summary>
    RolledBack,

    /// <summary>The new version failed and the policy says to wait for the user.</summary>
    Paused,
}
