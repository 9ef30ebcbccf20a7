using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Predicting;

/// <summary>What the forecast of one workload says at a tick.</summary>
internal sealed record Prediction
{
    /// <summary>Replicas that the predictive policy wants.</summary>
    public required int Wanted { get; init; }

    /// <summary>Replicas for the demand of the last three ticks: never fewer.</summary>
    public required int Floor { get; init; }

    /// <summary>The fewest replicas whose capacity demand passes with no more than the policy's risk.</summary>
    public required int RiskFloor { get; init; }

    /// <summary>There is enough history and the forecasts' quantiles hold.</summary>
    public required bool IsTrusted { get; init; }

    /// <summary>
    /// The forecast followed until lately and waits for ticks it missed: what it asked for must not fall.
    /// </summary>
    public bool IsBehind { get; init; }

    /// <summary>The demand was not known at this tick.</summary>
    public required bool IsMissing { get; init; }

    /// <summary>Quantiles of the highest demand within the horizon, in work a second: 50, 95 and 99 %.</summary>
    public required (double Median, double High, double Higher) Quantiles { get; init; }

    public required TimeSpan Horizon { get; init; }

    public required LoadRegime Regime { get; init; }

    /// <summary>Work a second that one replica carries within the objective.</summary>
    public required double Capacity { get; init; }

    public required CapacityBasis Basis { get; init; }
}
