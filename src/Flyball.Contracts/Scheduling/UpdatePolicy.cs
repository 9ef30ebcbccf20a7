namespace Flyball.Contracts.Scheduling;

/// <summary><c>deploy.update_config</c>: how a new version replaces the old one.</summary>
public sealed record UpdatePolicy
{
    /// <summary>Allocations replaced at a time; 0 means all.</summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>Between one batch becoming healthy and the next.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.Zero;

    /// <summary>How long a new allocation must stay healthy before it counts.</summary>
    public TimeSpan Monitor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A new allocation that is not healthy after this time has failed.</summary>
    public TimeSpan HealthyDeadline { get; set; } = TimeSpan.FromMinutes(5);

    public UpdateOrder Order { get; set; } = UpdateOrder.StartFirst;

    public UpdateFailureAction FailureAction { get; set; } = UpdateFailureAction.Rollback;

    /// <summary>
    /// The part of new allocations that may fail, 0 to 1, before <see cref="FailureAction"/> is taken.
    /// </summary>
    public double MaxFailureRatio { get; init; }
}
