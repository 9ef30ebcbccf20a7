using System.Text.Json.Serialization;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>One policy's row of a backtest.</summary>
internal sealed record PolicyReport(
    string Policy,
    double ViolationPercent,
    double OverPercent,
    double ReplicaHours,
    double TimesBound,
    int ScaleUps,
    int ScaleDowns)
{
    public static PolicyReport Of(string policy, PlantResult result, double boundHours) => new(
        policy, result.ViolationPercent, result.OverPercent, result.ReplicaHours, result.ReplicaHours / boundHours,
        result.ScaleUps, result.ScaleDowns);
}

/// <summary>One family's row of a frontier: the least hours, as a multiple of the bound, at each violation.</summary>
/// <param name="Policy">The family: <c>hpa</c>, <c>queue-aware</c> or <c>default</c>.</param>
/// <param name="TimesBoundAtViolation">By violation in percent; null where the family does not get there.</param>
/// <param name="Points">The runs it was read from.</param>
internal sealed record FamilyReport(
    string Policy,
    IReadOnlyDictionary<string, double?> TimesBoundAtViolation,
    IReadOnlyList<FamilyPoint> Points);

/// <summary>One run of a family.</summary>
/// <param name="Knob">CPU target, margin or lateness price.</param>
/// <param name="TimesBound">Hours as a multiple of the bound.</param>
/// <param name="ViolationPercent">Late requests of all.</param>
internal sealed record FamilyPoint(double Knob, double TimesBound, double ViolationPercent);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<PolicyReport>))]
[JsonSerializable(typeof(IReadOnlyList<FamilyReport>))]
internal sealed partial class BacktestJson : JsonSerializerContext;
