using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Leading;

/// <summary>The newest decision about a workload, for whoever asks why.</summary>
internal sealed record ScalingReport
{
    public required string Workload { get; init; }

    public required ScalePolicy Policy { get; init; }

    public required Observation Seen { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Until when a person's number holds; null when none does.</summary>
    public long? PinnedUntilUnixMs { get; init; }

    /// <summary>What replicas take to start; null before one was seen to.</summary>
    public TimeSpan? Startup { get; init; }

    /// <summary>What the forecast waits for; empty when it forecasts, or there is none.</summary>
    public string Waiting { get; init; } = "";

    /// <summary>What is wrong with the policy's own PromQL.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}
