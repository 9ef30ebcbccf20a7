namespace Flyball.Contracts.Scheduling;

/// <summary>How the agent finds out whether an allocation serves. Durations as in Compose.</summary>
public sealed record HealthCheckSpec
{
    public required HealthCheckKind Kind { get; init; }

    /// <summary>For HTTP: the path; for Command: the program and its arguments; for Shell: one command line.</summary>
    public IReadOnlyList<string> Test { get; set; } = [];

    /// <summary>The name of the port to probe (HTTP, TCP); null for the first.</summary>
    public string? Port { get; init; }

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Failures in a row before the allocation is critical.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Failures in this time after the start do not count.</summary>
    public TimeSpan StartPeriod { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// The interval until the first success within the start period, so that a ready task is found at once.
    /// </summary>
    public TimeSpan StartInterval { get; set; } = TimeSpan.FromMilliseconds(100);
}
