using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Tests.Toy;

/// <summary>
/// A node's agent as the store sees it: one transition of one allocation at a time. What a task does is in its image's
/// name: <c>ok</c> runs, <c>crash</c> exits again and again, <c>sick</c> runs and is never healthy, <c>missing</c>
/// cannot be started, <c>once</c> ends with 0, <c>slow</c> never becomes healthy nor critical.
/// </summary>
internal sealed class ToyAgent(ToyStore store, ToyTime time, string node)
{
    public bool Connected { get; set; } = true;

    /// <summary>The allocations that could make a transition now.</summary>
    public IReadOnlyList<string> Pending()
    {
        if (!Connected) return [];
        return [.. store.Current.List(Kinds.Allocation)
            .Where(allocation => allocation.Value.Node == node && Next(allocation.Value) is not null)
            .Select(allocation => allocation.Value.Id)
            .Concat(Orphans())];
    }

    public void Act(string id)
    {
        if (store.Current.Get(Kinds.Allocation, id) is not { } allocation) store.Delete(Kinds.AllocationStatus.Key(id));
        else if (Next(allocation.Value) is { } next) store.Put(Kinds.AllocationStatus, id, next);
    }

    /// <summary>The running task dies; the agent starts it again later.</summary>
    public void Crash(string id)
    {
        if (Status(id) is { Phase: AllocationPhase.Running } status)
            store.Put(Kinds.AllocationStatus, id, status with
            {
                Phase = AllocationPhase.BackingOff, ExitCode = 137, HealthySinceUnixMs = null,
                    Health = HealthState.Unknown,
                Restarts = status.Restarts + 1, ObservedUnixMs = time.UnixMs,
            });
    }

    /// <summary>The task is gone for good: its restarts are used up.</summary>
    public void Fail(string id)
    {
        if (Status(id) is { IsTerminal: false } status)
            store.Put(Kinds.AllocationStatus, id, status with
            {
                Phase = AllocationPhase.Failed, Message = "it was broken on purpose", ObservedUnixMs = time.UnixMs,
                Health = HealthState.Unknown, HealthySinceUnixMs = null,
            });
    }

    private IEnumerable<string> Orphans() => store.Current.List(Kinds.AllocationStatus)
        .Where(status =>
            status.Value.Node == node && store.Current.Get(Kinds.Allocation, status.Value.Allocation) is null)
        .Select(status => status.Value.Allocation);

    private AllocationStatus? Status(string id) => store.Current.Get(Kinds.AllocationStatus, id)?.Value;

    private AllocationStatus? Next(Allocation allocation)
    {
        AllocationStatus? status = Status(allocation.Id);
        if (allocation.Desired == DesiredState.Stop)
            return status is { IsTerminal: true, Phase: not AllocationPhase.Lost }
                ? null
                : Fresh(allocation, status) with { Phase = AllocationPhase.Stopped };
        AllocationStatus next = Fresh(allocation, status);
        return status?.Phase switch
        {
            null or AllocationPhase.Lost or AllocationPhase.Pending =>
                next with { Phase = AllocationPhase.Starting, StartedUnixMs = time.UnixMs },
            AllocationPhase.Starting => Started(next, ImageOf(allocation)),
            AllocationPhase.BackingOff when !status.CrashLooping =>
                next with { Phase = AllocationPhase.Starting, StartedUnixMs = time.UnixMs },
            _ => null,
        };
    }

    private AllocationStatus Started(AllocationStatus status, string image) => image.Split(':')[0] switch
    {
        "crash" => status with
        {
            Phase = AllocationPhase.BackingOff, ExitCode = 1, Restarts = status.Restarts + 1,
            CrashLooping = status.Restarts + 1 >= RestartPolicy.CrashLoopFailures,
        },
        "sick" => status with { Phase = AllocationPhase.Running, Health = HealthState.Critical,
            Message = "GET /healthz: 500" },
        "slow" => status with { Phase = AllocationPhase.Running, Health = HealthState.Unknown },
        "missing" => status with { Phase = AllocationPhase.Failed, Message = $"the image {image} does not exist" },
        "once" => status with { Phase = AllocationPhase.Completed, ExitCode = 0 },
        _ => status with { Phase = AllocationPhase.Running, Health = HealthState.Passing,
            HealthySinceUnixMs = time.UnixMs },
    };

    private AllocationStatus Fresh(Allocation allocation, AllocationStatus? status) => new()
    {
        Allocation = allocation.Id, Workload = allocation.Workload, Node = node, Phase = AllocationPhase.Pending,
        Restarts = status?.Restarts ?? 0, ObservedUnixMs = time.UnixMs, StartedUnixMs = status?.StartedUnixMs,
    };

    private string ImageOf(Allocation allocation) =>
        store.Current.Get(
            Kinds.Version, WorkloadVersion.NameOf(allocation.Workload, allocation.Version))!.Value.Value.Task.Image!;
}
