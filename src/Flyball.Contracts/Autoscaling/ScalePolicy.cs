namespace Flyball.Contracts.Autoscaling;

/// <summary>
/// How a workload's replicas follow its load: <c>x-scale</c> of its service. Named like the workload, written and
/// deleted with it.
/// </summary>
public sealed record ScalePolicy
{
    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    public ScaleMode Mode { get; set; } = ScaleMode.Act;

    /// <summary>At least 1.</summary>
    public required int Min { get; init; }

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
