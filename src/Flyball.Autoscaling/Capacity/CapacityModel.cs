namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// How many requests a second one replica serves within the objective, learnt online from throughput, CPU and latency:
/// the smaller of what the utilisation law and the latency curve allow.
/// </summary>
internal sealed class CapacityModel(CapacityObjective objective)
{
    // The saturation grid starts at half of the first busy interval's throughput.
    private const double GridStartShare = 0.5;

    private readonly UtilisationLaw utilisation = new();
    private LatencyCurve? latency;

    /// <summary>Takes in one interval. Unknown and impossible values are left out.</summary>
    public void Learn(in CapacitySample sample)
    {
        utilisation.Learn(sample.RequestsPerSecond, sample.CpuUtilisation);
        // Without an objective for it nobody asks for the curve.
        if (objective.LatencySeconds is null
            || !(sample.RequestsPerSecond > 0) || double.IsInfinity(sample.RequestsPerSecond))
            return;
        latency ??= new LatencyCurve(sample.RequestsPerSecond * GridStartShare);
        latency.Learn(sample.RequestsPerSecond, sample.LatencySeconds);
    }

    /// <summary>Requests a second of one replica, and what says so; null while unknown.</summary>
    public (double? RequestsPerSecond, CapacityBasis Basis) Estimate()
    {
        if (objective.RequestsPerSecond is { } stated)
            return (stated, CapacityBasis.Stated);
        var byCpu = utilisation.RequestsAt(objective.Utilisation);
        var byLatency = objective.LatencySeconds is { } seconds ? latency?.RequestsAt(seconds) : null;
        if (byCpu is null && byLatency is null)
            return (null, CapacityBasis.Unknown);
        return byLatency is null || byCpu <= byLatency
            ? (byCpu, CapacityBasis.Utilisation)
            : (byLatency, CapacityBasis.Latency);
    }
}
