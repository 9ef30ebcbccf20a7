using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>A signal's value in an observation.</summary>
internal static class SignalValues
{
    /// <summary>
    /// As rules and people see it: shares as the mean, what the gateways count as one replica's part. NaN when unknown.
    /// </summary>
    public static double Of(ScaleSignal signal, string? query, Observation seen) => signal switch
    {
        ScaleSignal.Cpu => seen.Cpu.Mean,
        ScaleSignal.Memory => seen.Memory.Mean,
        ScaleSignal.Disk => seen.Disk,
        ScaleSignal.RequestsPerSecond or ScaleSignal.Concurrency =>
            Sum(signal, query, seen) / Math.Max(1, seen.Ready),
        ScaleSignal.Latency => seen.LatencySeconds,
        _ => Finite(seen.Query(query!)),
    };

    /// <summary>Over all replicas; NaN when unknown.</summary>
    public static double Sum(ScaleSignal signal, string? query, Observation seen) => Finite(signal switch
    {
        ScaleSignal.RequestsPerSecond => seen.RequestsPerSecond,
        ScaleSignal.Concurrency => seen.Concurrency,
        _ => seen.Query(query!),
    });

    /// <summary>Known, but not of everything it should be of: it may add replicas and must not remove any.</summary>
    public static bool IsPartial(ScaleSignal signal, string? query, Observation seen) => signal switch
    {
        ScaleSignal.RequestsPerSecond or ScaleSignal.Concurrency or ScaleSignal.Latency => seen.GatewaysPartial,
        _ => false,
    };

    /// <summary>It is measured at the replicas themselves, and no use of theirs is ever quite nothing.</summary>
    public static bool IsShare(ScaleSignal signal) =>
        signal is ScaleSignal.Cpu or ScaleSignal.Memory or ScaleSignal.Disk;

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
