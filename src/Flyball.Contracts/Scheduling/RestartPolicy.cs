namespace Flyball.Contracts.Scheduling;

/// <summary>
/// What the agent does when a task exits: restart in place with back-off. After <see cref="CrashLoopFailures"/> quick
/// failures in a row the allocation shows as crash-looping; it keeps trying at <see cref="DelayMax"/>.
/// </summary>
public sealed record RestartPolicy
{
    public RestartCondition Condition { get; set; } = RestartCondition.Any;

    /// <summary>Before the first restart; doubles with each failure in a row.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Restarts at most within <see cref="Window"/>; null for no bound.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>A run at least this long forgets the failures before it.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row that count as a crash loop.</summary>
    public const int CrashLoopFailures = 3;
}
