using Flyball.Base.Resources;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Leading;

/// <summary>A workload with a policy, as the store has it.</summary>
internal sealed class WorkloadState
{
    public required Resource<ScalePolicy> Policy { get; init; }

    public required Resource<Workload> Workload { get; init; }

    public required Resource<Scale>? Scale { get; init; }

    public List<ReplicaState> Replicas { get; } = [];

    public string Name => Policy.Key.Name;

    /// <summary>Replicas asked for now.</summary>
    public int Wanted => Scale?.Value.Replicas ?? Workload.Value.Replicas;

    public double CpuLimit => Limits.CpuLimit ?? Limits.CpuReservation ?? double.NaN;

    public double MemoryLimitBytes => Limits.MemoryLimitBytes ?? Limits.MemoryReservationBytes ?? double.NaN;

    private ResourceLimits Limits => Workload.Value.Task.Resources;

    /// <summary>Until when a person's number holds; null when none does.</summary>
    public long? PinnedUntil(long nowUnixMs) => Scale?.Value.PinnedUntilUnixMs is { } until && until > nowUnixMs
        ? until : null;
}
