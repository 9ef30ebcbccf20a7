using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// What one pass of the reconciler sees: an index that stands still for the pass, the time, and the policy. The same
/// view gives the same plan (but for the ids of new allocations, which come from a seeded source).
/// </summary>
internal sealed class ClusterView(ClusterIndex index, long nowUnixMs, SchedulingPolicy policy)
{
    public long NowUnixMs => nowUnixMs;

    public SchedulingPolicy Policy => policy;

    /// <summary>By id.</summary>
    public IReadOnlyList<NodeView> Nodes { get; } = index.Nodes();

    /// <summary>Null when nothing of that name exists.</summary>
    public WorkloadView? Workload(string name) => index.Workload(name);

    /// <summary>The workload that another one of the same project means by a service's name.</summary>
    public WorkloadView? Sibling(Workload of, string service) => index.Workload(WorkloadName.Of(of.Project, service));
}
