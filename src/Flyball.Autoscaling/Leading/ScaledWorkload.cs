using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Predicting;
using Flyball.Base.Resources;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Leading;

/// <summary>What is remembered about one workload from tick to tick.</summary>
internal sealed class ScaledWorkload(Revision policy, WorkloadScaler scaler, WorkloadForecast? forecast)
{
    /// <summary>The revision of the policy that the memory belongs to.</summary>
    public Revision Policy => policy;

    public WorkloadScaler Scaler => scaler;

    public WorkloadForecast? Forecast => forecast;

    /// <summary>What the last recorded decision was about; the next one is recorded when this differs.</summary>
    public RecordedState Recorded { get; set; } = new(null, false, "", false);

    /// <summary>Since when signals are missing; null while none is.</summary>
    public long? MissingSinceUnixMs { get; set; }
}

/// <summary>What makes one decision another.</summary>
/// <param name="Advised">The number advised, where advising is all that is done.</param>
/// <param name="Pinned">A person's number holds although the policy wants another.</param>
/// <param name="Bound">The maximum, where the policy wants more.</param>
/// <param name="MissingTold">It was said that signals are missing, and not yet that they are back.</param>
internal readonly record struct RecordedState(int? Advised, bool Pinned, string Bound, bool MissingTold)
{
    public static RecordedState Of(ScalingReport report)
    {
        var acts = report.Policy.Mode == ScaleMode.Act;
        var differs = report.Verdict.Wanted != report.Seen.Replicas;
        return new RecordedState(
            !acts && differs ? report.Verdict.Wanted : null,
            acts && differs && report.PinnedUntilUnixMs is not null,
            report.Verdict.Bound.StartsWith("max", StringComparison.Ordinal) ? report.Verdict.Bound : "",
            false);
    }
}
