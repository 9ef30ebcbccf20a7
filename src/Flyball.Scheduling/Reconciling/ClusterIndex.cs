using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Placement;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// The resources that Scheduling looks at, arranged by workload and by node and kept current by changes, so that a
/// change costs what it touches and not the whole cluster. Used by one loop; not thread-safe.
/// </summary>
internal sealed class ClusterIndex
{
    /// <summary>The kinds that a watch for <see cref="Apply"/> asks for.</summary>
    public static readonly IReadOnlyList<string> WatchedKinds =
    [
        Kinds.Workload.Name, Kinds.Version.Name, Kinds.Rollout.Name, Kinds.Scale.Name,
        Kinds.Allocation.Name, Kinds.AllocationStatus.Name, Kinds.Node.Name,
    ];

    private readonly SortedDictionary<string, WorkloadEntry> workloads = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AllocationEntry> allocations = new(StringComparer.Ordinal);
    private readonly DirtySet dirty = new();
    private List<NodeView>? nodeViews;

    public IEnumerable<string> WorkloadNames => workloads.Keys;

    /// <summary>The workloads whose inputs moved since the last call.</summary>
    public IReadOnlyList<string> TakeDirty()
    {
        if (dirty.CapacityMoved)
            foreach (WorkloadEntry entry in workloads.Values)
                if (entry.Rollout is { Value.Waiting.Length: > 0 }) dirty.Add(entry.Name);
        return dirty.Take();
    }

    public void MarkDirty(string workload) => dirty.Add(workload);

    /// <summary>Everything of a snapshot, as if it had always been there.</summary>
    public void Load(ResourceSnapshot snapshot, long nowUnixMs)
    {
        foreach (string kind in WatchedKinds)
            foreach (StoredResource row in snapshot.List(kind))
                Apply(ResourceChange.Put(row), nowUnixMs);
        foreach (AllocationEntry entry in allocations.Values)
            entry.HealthySeenUnixMs = entry.Status is null ? null : HealthSeen.First(entry.Status, nowUnixMs);
        foreach (string name in workloads.Keys) dirty.Add(name);
    }

    public void Apply(ResourceChange change, long nowUnixMs)
    {
        string kind = change.Key.Kind;
        if (kind == Kinds.AllocationStatus.Name) ApplyStatus(change, nowUnixMs);
        else if (kind == Kinds.Allocation.Name) ApplyAllocation(change);
        else if (kind == Kinds.Node.Name) ApplyNode(change);
        else if (kind == Kinds.Version.Name) ApplyVersion(change);
        else if (kind == Kinds.Workload.Name) Change(change, (entry, row) => entry.Spec = Decode(row, Kinds.Workload));
        else if (kind == Kinds.Scale.Name) Change(change, (entry, row) => entry.Scale = Decode(row, Kinds.Scale));
        else if (kind == Kinds.Rollout.Name) Change(change, (entry, row) => entry.Rollout = Decode(row, Kinds.Rollout));
    }

    public WorkloadView? Workload(string name)
    {
        if (!workloads.TryGetValue(name, out WorkloadEntry? entry)) return null;
        var views = new List<AllocationView>(entry.Allocations.Count);
        foreach (AllocationEntry allocation in entry.Allocations.Values)
        {
            if (allocation.Resource is not { } resource) continue;
            Node? node = nodes.GetValueOrDefault(resource.Value.Node)?.Resource?.Value;
            TaskSpec? task = entry.TaskOf(resource.Value.Version);
            views.Add(new AllocationView(resource, allocation.Status, node, task, allocation.HealthySeenUnixMs));
        }

        return new WorkloadView
        {
            Name = name,
            Spec = entry.Spec,
            Entry = entry,
            Scale = entry.Scale,
            Rollout = entry.Rollout,
            Versions = [.. entry.Versions.Values],
            Allocations = views,
        };
    }

    /// <summary>Every known node by id with its usage; unchanged nodes keep their usage between calls.</summary>
    public IReadOnlyList<NodeView> Nodes()
    {
        if (nodeViews is not null) return nodeViews;
        nodeViews = [];
        foreach (NodeEntry entry in nodes.Values)
            if (entry.Resource is { } resource)
                nodeViews.Add(new NodeView(resource, entry.Usage ??= UsageOf(entry)));
        return nodeViews;
    }

    private NodeUsage UsageOf(NodeEntry node)
    {
        var claims = new List<Claim>(node.Allocations.Count);
        foreach (string id in node.Allocations)
        {
            if (allocations[id] is not { HoldsNothing: false, Resource: { } resource }) continue;
            TaskSpec? task = workloads.GetValueOrDefault(resource.Value.Workload)?.TaskOf(resource.Value.Version);
            claims.Add(Claim.Of(resource.Value, task));
        }

        return new NodeUsage(claims);
    }

    private void Change(ResourceChange change, Action<WorkloadEntry, StoredResource?> apply)
    {
        WorkloadEntry entry = Entry(change.Key.Name);
        apply(entry, change.Current);
        dirty.Add(entry.Name);
        MarkDependents(entry.Name);
        Forget(entry);
    }

    private void ApplyVersion(ResourceChange change)
    {
        // A version's name is its workload's, an at sign, and its number.
        int at = change.Key.Name.LastIndexOf('@');
        if (at < 0) return;
        WorkloadEntry entry = Entry(change.Key.Name[..at]);
        if (change.Current is { } row)
        {
            WorkloadVersion version = row.Decode(Kinds.Version);
            entry.Versions[version.Number] = new VersionView(version, row.Revision);
        }
        else if (int.TryParse(change.Key.Name.AsSpan(at + 1), out int number))
        {
            entry.Versions.Remove(number);
        }

        dirty.Add(entry.Name);
        Forget(entry);
    }

    private void ApplyAllocation(ResourceChange change)
    {
        AllocationEntry entry = AllocationOf(change.Key.Name);
        if (entry.Resource is { } before)
        {
            TouchNode(before.Value.Node)?.Allocations.Remove(change.Key.Name);
            WorkloadEntry owner = Entry(before.Value.Workload);
            owner.Allocations.Remove(change.Key.Name);
            dirty.Add(owner.Name);
            if (change.IsDelete) Forget(owner);
        }

        entry.Resource = Decode(change.Current, Kinds.Allocation);
        if (entry.Resource is { } after)
        {
            TouchNode(after.Value.Node, create: true)!.Allocations.Add(change.Key.Name);
            Entry(after.Value.Workload).Allocations[change.Key.Name] = entry;
            dirty.Add(after.Value.Workload);
        }
        else
        {
            dirty.CapacityMoved = true;
            if (entry.Status is null) allocations.Remove(change.Key.Name);
        }
    }

    private void ApplyStatus(ResourceChange change, long nowUnixMs)
    {
        AllocationEntry entry = AllocationOf(change.Key.Name);
        AllocationStatus? before = entry.Status;
        entry.Status = change.Current?.Decode(Kinds.AllocationStatus);
        entry.HealthySeenUnixMs = entry.Status is null
            ? null
            : HealthSeen.Next(entry.Status, before, entry.HealthySeenUnixMs, nowUnixMs);
        if (entry.Status is null && entry.Resource is null) allocations.Remove(change.Key.Name);
        if (entry.Resource is not { } resource) return;
        if (before is not { IsTerminal: true } && entry.Status is { IsTerminal: true }) dirty.CapacityMoved = true;
        TouchNode(resource.Value.Node);
        dirty.Add(resource.Value.Workload);
        MarkDependents(resource.Value.Workload);
    }

    private void ApplyNode(ResourceChange change)
    {
        NodeEntry entry = TouchNode(change.Key.Name, create: true)!;
        entry.Resource = Decode(change.Current, Kinds.Node);
        dirty.CapacityMoved = true;
        foreach (string id in entry.Allocations)
            if (allocations[id].Resource is { } resource) dirty.Add(resource.Value.Workload);
        if (entry.Resource is null && entry.Allocations.Count == 0) nodes.Remove(change.Key.Name);
    }

    /// <summary>Whoever waits for this workload's start looks again.</summary>
    private void MarkDependents(string name)
    {
        string prefix = WorkloadName.Of(WorkloadName.Project(name), "");
        string service = WorkloadName.Service(name);
        foreach (string waiting in dirty.WaitersOf(prefix))
            if (workloads.GetValueOrDefault(waiting)?.Spec is { } spec
                && spec.Value.DependsOn.Any(on => on.Service == service))
                dirty.Add(waiting);
    }

    /// <summary>Remembers whether a workload waits for others to start.</summary>
    public void SetAwaiting(string name, bool awaiting) =>
        dirty.SetWaiter(WorkloadName.Of(WorkloadName.Project(name), ""), name, awaiting);

    private NodeEntry? TouchNode(string id, bool create = false)
    {
        nodeViews = null;
        if (!nodes.TryGetValue(id, out NodeEntry? entry) && create) nodes.Add(id, entry = new NodeEntry());
        if (entry is not null) entry.Usage = null;
        return entry;
    }

    private AllocationEntry AllocationOf(string id)
    {
        if (!allocations.TryGetValue(id, out AllocationEntry? entry))
            allocations.Add(id, entry = new AllocationEntry());
        return entry;
    }

    private WorkloadEntry Entry(string name)
    {
        if (!workloads.TryGetValue(name, out WorkloadEntry? entry))
            workloads.Add(name, entry = new WorkloadEntry(name));
        return entry;
    }

    private void Forget(WorkloadEntry entry)
    {
        if (!entry.IsEmpty) return;
        workloads.Remove(entry.Name);
        SetAwaiting(entry.Name, false);
    }

    private static Resource<T>? Decode<T>(StoredResource? row, ResourceKind<T> kind) where T : class =>
        row is null ? null : new Resource<T>(row.Key, row.Revision, row.Decode(kind));

    private sealed class NodeEntry
    {
        public Resource<Node>? Resource { get; set; }

        public SortedSet<string> Allocations { get; } = new(StringComparer.Ordinal);

        /// <summary>Null when it has to be summed again.</summary>
        public NodeUsage? Usage { get; set; }
    }
}
