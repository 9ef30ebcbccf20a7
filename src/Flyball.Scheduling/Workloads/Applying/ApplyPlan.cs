using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose;
using Flyball.Scheduling.Http;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// The difference between a compiled project and what the store holds of it, as a transaction. What the manifest does
/// not say stays: the restart generation, and that the user stopped a workload.
/// </summary>
internal sealed class ApplyPlan
{
    private readonly List<AppliedWorkload> workloads = [];
    private readonly List<ApiError> warnings = [];

    private ApplyPlan()
    {
    }

    public StoreTransaction Transaction { get; } = new();

    public IReadOnlyList<AppliedWorkload> Workloads => workloads;

    public IReadOnlyList<ApiError> Warnings => warnings;

    /// <summary>The newest change to any part of the project; None when it is new.</summary>
    public Revision ProjectRevision { get; private set; }

    /// <exception cref="ApiRefusal">A route belongs to another project.</exception>
    public static ApplyPlan Of(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        var plan = new ApplyPlan();
        plan.AddWorkloads(compiled, snapshot);
        plan.AddRoutes(compiled, snapshot);
        plan.AddPolicies(compiled, snapshot);
        plan.AddApis(compiled, snapshot);
        return plan;
    }

    private void AddWorkloads(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        var wanted = new SortedDictionary<string, Workload>(StringComparer.Ordinal);
        foreach (Workload workload in compiled.Workloads)
            wanted.Add(WorkloadName.Of(workload.Project, workload.Service), workload);
        foreach ((string name, Workload workload) in wanted)
        {
            Resource<Workload>? known = snapshot.Get(Kinds.Workload, name);
            Workload merged = known is { } old
                ? workload with { RestartGeneration = old.Value.RestartGeneration, Stopped = old.Value.Stopped }
                : workload;
            if (merged.Stopped)
                warnings.Add(
                    new ApiError { Message = $"{name} is stopped and stays so; 'flyball start {name}' starts it" });
            string change = Put(Kinds.Workload, name, merged, known?.Revision, snapshot);
            workloads.Add(new AppliedWorkload(name, change));
        }

        foreach (Resource<Workload> row in snapshot.List(Kinds.Workload))
        {
            if (row.Value.Project != compiled.Project) continue;
            if (row.Revision > ProjectRevision) ProjectRevision = row.Revision;
            if (wanted.ContainsKey(row.Key.Name)) continue;
            Transaction.Require(row.Key, row.Revision).Delete(row.Key);
            workloads.Add(new AppliedWorkload(row.Key.Name, "removed"));
        }
    }

    private void AddRoutes(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        TakenRoutes.Refuse(compiled, snapshot);
        foreach ((string name, Route route) in compiled.Routes)
            Put(Kinds.Route, name, route, snapshot.Find(Kinds.Route.Key(name))?.Revision, snapshot);
        foreach (Resource<Route> row in snapshot.List(Kinds.Route))
        {
            if (row.Value.Project != compiled.Project) continue;
            if (row.Revision > ProjectRevision) ProjectRevision = row.Revision;
            if (!compiled.Routes.ContainsKey(row.Key.Name)) Transaction.Require(row.Key, row.Revision).Delete(row.Key);
        }
    }

    private void AddPolicies(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (ScalePolicy policy in compiled.Policies)
        {
            Revision? known = snapshot.Find(Kinds.ScalePolicy.Key(policy.Workload))?.Revision;
            bool isStopped = snapshot.Get(Kinds.Workload, policy.Workload) is { Value.Stopped: true };
            ScalePolicy merged = policy with { Stopped = isStopped ? true : null };
            if (Put(Kinds.ScalePolicy, policy.Workload, merged, known, snapshot) != "unchanged")
                MarkUpdated(policy.Workload);
            wanted.Add(policy.Workload);
        }

        foreach (Resource<ScalePolicy> row in snapshot.List(Kinds.ScalePolicy))
        {
            if (WorkloadName.Project(row.Key.Name) != compiled.Project) continue;
            if (row.Revision > ProjectRevision) ProjectRevision = row.Revision;
            if (wanted.Contains(row.Key.Name)) continue;
            Transaction.Require(row.Key, row.Revision).Delete(row.Key);
            MarkUpdated(row.Key.Name);
        }
    }

    private void AddApis(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (ComposeApi api in compiled.Apis)
        {
            string name = api.Source.Workload;
            Revision? known = snapshot.Find(Kinds.ApiSource.Key(name))?.Revision;
            if (Put(Kinds.ApiSource, name, api.Source, known, snapshot) != "unchanged") MarkUpdated(name);
            wanted.Add(name);
        }

        foreach (Resource<ApiSource> row in snapshot.List(Kinds.ApiSource))
        {
            if (WorkloadName.Project(row.Key.Name) != compiled.Project) continue;
            if (row.Revision > ProjectRevision) ProjectRevision = row.Revision;
            if (wanted.Contains(row.Key.Name)) continue;
            Transaction.Require(row.Key, row.Revision).Delete(row.Key);
            MarkUpdated(row.Key.Name);
        }
    }

    /// <summary>
    /// A workload of which only the policy or the API's document changed is no unchanged one to whoever applied it.
    /// </summary>
    private void MarkUpdated(string name)
    {
        int index = workloads.FindIndex(one => one.Name == name && one.Change == "unchanged");
        if (index >= 0) workloads[index] = workloads[index] with { Change = "updated" };
    }

    private string Put<T>(ResourceKind<T> kind, string name, T value, Revision? known, ResourceSnapshot snapshot)
        where T : class
    {
        ResourceKey key = kind.Key(name);
        byte[] bytes = kind.Encode(value);
        if (snapshot.Find(key) is { } stored && stored.Value.Span.SequenceEqual(bytes)) return "unchanged";
        Transaction.Require(key, known ?? Revision.None).Put(key, bytes);
        return known is null ? "created" : "updated";
    }
}
