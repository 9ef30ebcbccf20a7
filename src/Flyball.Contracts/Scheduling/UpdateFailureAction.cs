namespace Flyball.Contracts.Scheduling;

/// <summary>What happens when a rollout fails.</summary>
public enum UpdateFailureAction
{
    /// <summary>Back to the last healthy version (default).</summary>
    Rollback,

    /// <summary>Stop where it is and wait for the user.</summary>
    Pause,

    /// <summary>Go on regardless.</summary>
    Continue,
}
