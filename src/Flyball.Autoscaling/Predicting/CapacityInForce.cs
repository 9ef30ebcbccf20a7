using Flyball.Autoscaling.Capacity;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Predicting;

/// <summary>
/// What one replica carries: stated by a target, or learnt. A learnt value stays in force until the estimate has moved
/// away by a tenth, because the forecast would take each move for one of demand.
/// </summary>
internal sealed class CapacityInForce
{
    private static readonly double MoveMin = Math.Log(1.1);
    private const double StandardUtilisation = 0.8;

    private readonly CapacityModel model;

    public CapacityInForce(ScalePolicy policy)
    {
        var (signal, query) = (DemandSignal(policy), policy.Prediction?.Demand);
        var stated = policy.Targets
            .FirstOrDefault(target => target.PerReplica && target.Signal == signal && target.Query == query)?.Value;
        var cpu = policy.Targets.FirstOrDefault(target => target.Signal == ScaleSignal.Cpu)?.Value;
        IsStated = stated is not null;
        model = new CapacityModel(new CapacityObjective(
            policy.Objective.Utilisation ?? cpu ?? StandardUtilisation,
            policy.Objective.Latency?.TotalSeconds,
            stated));
    }

    /// <summary>A target states it: nothing needs to be learnt.</summary>
    public bool IsStated { get; }

    /// <summary>Work a second, or requests in progress, of one replica; null while unknown.</summary>
    public double? Value { get; private set; }

    public CapacityBasis Basis { get; private set; } = CapacityBasis.Unknown;

    /// <summary>
    /// What is taken for demand: requests a second, or requests in progress where a target speaks of those alone.
    /// <see cref="ScaleSignal.Query"/> where the policy names PromQL.
    /// </summary>
    public static ScaleSignal DemandSignal(ScalePolicy policy)
    {
        if (policy.Prediction?.Demand is not null)
            return ScaleSignal.Query;
        bool Has(ScaleSignal signal) => policy.Targets.Any(target => target.Signal == signal);
        return Has(ScaleSignal.Concurrency) && !Has(ScaleSignal.RequestsPerSecond)
            ? ScaleSignal.Concurrency
            : ScaleSignal.RequestsPerSecond;
    }

    /// <summary>Takes in one interval of one replica, on average.</summary>
    public void Learn(double demand, double cpu, double latencySeconds)
    {
        model.Learn(new CapacitySample(demand, cpu, latencySeconds));
        var (estimate, basis) = model.Estimate();
        if (estimate is not { } found || !(found > 0) || !double.IsFinite(found))
            return;
        if (Value is { } known && Math.Abs(Math.Log(found / known)) < MoveMin)
            return;
        (Value, Basis) = (found, basis);
    }
}
