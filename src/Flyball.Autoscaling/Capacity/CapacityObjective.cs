namespace Flyball.Autoscaling.Capacity;

/// <summary>What a replica may be loaded to.</summary>
/// <param name="Utilisation">CPU of its limit, 0 to 1. Default 0.8.</param>
/// <param name="LatencySeconds">Latency objective; null when there is none.</param>
/// <param name="RequestsPerSecond">A stated capacity, which overrides what is learnt; null when none is.</param>
internal sealed record CapacityObjective(
    double Utilisation = 0.8, double? LatencySeconds = null, double? RequestsPerSecond = null);
