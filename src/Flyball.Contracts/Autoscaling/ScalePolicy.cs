using System.Text.Json.Serialization;

namespace Flyball.Contracts.Autoscaling;

/// <summary>
/// How a workload's replicas follow its load: <c>x-scale</c> of its service. Named like the workload, written and
/// deleted with it.
/// </summary>
public sealed record ScalePolicy
{
    public static readonly TimeSpan IdleUsually = TimeSpan.FromMinutes(5);

    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    public ScaleMode Mode { get; set; } = ScaleMode.Act;

    /// <summary>
    /// 0 lets the last replica go when there was no request for <see cref="Idle"/>; the next one brings it back.
    /// </summary>
    public required int Min { get; init; }

    /// <summary>
    /// How long nothing may have asked for the workload before its last replica goes; null for
    /// <see cref="IdleUsually"/>. Only where <see cref="Min"/> is 0.
    /// </summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>
    /// The user stopped the workload (<c>flyball stop</c>): requests must not wait for it. Null for not stopped.
    /// </summary>
    public bool? Stopped { get; init; }

    [JsonIgnore]
    public bool IsStopped => Stopped == true;

    public required int Max { get; init; }

    public IReadOnlyList<ScaleRule> Rules { get; set; } = [];

    public IReadOnlyList<ScaleTarget> Targets { get; set; } = [];

    /// <summary>A target within this share of its value changes nothing. Default 0.1.</summary>
    public double Tolerance { get; set; } = 0.1;

    public ScaleBehaviour Up { get; set; } = ScaleBehaviour.DefaultUp;

    public ScaleBehaviour Down { get; set; } = ScaleBehaviour.DefaultDown;

    public IReadOnlyList<ScaleSchedule> Schedules { get; set; } = [];

    /// <summary>Null without prediction.</summary>
    public ScalePrediction? Prediction { get; init; }

    public ScaleObjective Objective { get; set; } = new();
}
