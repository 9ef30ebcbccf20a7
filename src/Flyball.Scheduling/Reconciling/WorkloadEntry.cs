using Flyball.Base.Resources;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>The index's row of one workload; the sorted collections give every pass the same order.</summary>
internal sealed class WorkloadEntry(string name)
{
    private Resource<Workload>? spec;
    private string? specHash;

    public string Name => name;

    public Resource<Workload>? Spec
    {
        get => spec;
        set
        {
            spec = value;
            specHash = null;
        }
    }

    public Resource<Scale>? Scale { get; set; }

    public Resource<Rollout>? Rollout { get; set; }

    public SortedList<int, VersionView> Versions { get; } = [];

    public SortedDictionary<string, AllocationEntry> Allocations { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty =>
        Spec is null && Scale is null && Rollout is null && Versions.Count == 0 && Allocations.Count == 0;

    /// <summary>Hashing is the costly part of a look at a workload, so it is kept until the spec changes.</summary>
    public string? SpecHash => spec is null ? null : specHash ??= Reconciling.SpecHash.Of(spec.Value.Value.Task);

    public TaskSpec? TaskOf(int version) => Versions.GetValueOrDefault(version)?.Version.Task;
}
