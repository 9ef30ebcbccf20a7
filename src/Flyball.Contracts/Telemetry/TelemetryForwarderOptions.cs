namespace Flyball.Contracts.Telemetry;

/// <summary>How telemetry gets from a process to its server.</summary>
public sealed record TelemetryForwarderOptions
{
    /// <summary>Who sends, for people: <c>agent node-1</c>. Required.</summary>
    public required string Source { get; init; }

    /// <summary>Batches that were sent and not answered yet at most. Default 32.</summary>
    public int InFlightMax { get; init; } = 32;

    /// <summary>Before the first reconnection; doubles up to <see cref="RetryDelayMax"/>, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Between reconnections at most. Default 10 s.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(10);
}
