namespace Flyball.Autoscaling.Capacity;

/// <summary>One interval's means over a workload's ready replicas. A value that is not known is NaN.</summary>
/// <param name="RequestsPerSecond">Throughput of one replica.</param>
/// <param name="CpuUtilisation">CPU used of one replica's limit, 0 to 1.</param>
/// <param name="LatencySeconds">The latency that the objective is about, for instance the 95th percentile.</param>
internal readonly record struct CapacitySample(double RequestsPerSecond, double CpuUtilisation, double LatencySeconds);
