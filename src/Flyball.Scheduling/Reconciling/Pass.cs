using System.Globalization;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>The state of one workload's reconciliation, handed from step to step.</summary>
internal sealed class Pass(WorkloadView view, ClusterView cluster, WorkloadPlan plan)
{
    public WorkloadView View => view;

    public ClusterView Cluster => cluster;

    public WorkloadPlan Plan => plan;

    public long Now => cluster.NowUnixMs;

    public SchedulingPolicy Policy => cluster.Policy;

    /// <exception cref="InvalidOperationException">The workload was removed; only <see cref="Retirement"/> runs
    /// then.</exception>
    public Workload Spec =>
        view.Spec?.Value ?? throw new InvalidOperationException("BUG: a removed workload has no spec.");

    public UpdatePolicy Update => Spec.Update;

    public SortedList<int, VersionView> Versions { get; } = new(view.Versions.ToDictionary(version => version.Number));

    /// <summary>As it will stand after this pass; set by the first step.</summary>
    public Rollout Rollout { get; set; } = null!;

    public VersionView Target => Versions[Rollout.TargetVersion];

    /// <summary>Why an allocation could not be placed; empty when none waits.</summary>
    public string Waiting { get; set; } = "";

    public long After(TimeSpan delay) => Now + (long)delay.TotalMilliseconds;

    /// <summary>The pass is about to change the workload's state, so what it was made from must still hold.</summary>
    public void RequireInputs()
    {
        plan.Require(Kinds.Workload.Key(view.Name), view.Spec?.Revision ?? Revision.None);
        plan.Require(Kinds.Scale.Key(view.Name), view.Scale?.Revision ?? Revision.None);
        plan.Require(Kinds.Rollout.Key(view.Name), view.Rollout?.Revision ?? Revision.None);
    }

    /// <summary>Drains and stops a live allocation; forgets one of which nothing runs.</summary>
    public void Stop(AllocationView allocation, string reason)
    {
        if (!allocation.IsLive)
        {
            Forget(allocation);
            return;
        }

        RequireInputs();
        long deadline = After(Policy.DrainTimeout);
        Allocation stopped = allocation.Allocation with
        {
            Desired = DesiredState.Stop,
            StopDeadlineUnixMs = deadline,
            Reason = reason,
        };
        plan.Put(Kinds.Allocation, allocation.Id, stopped, allocation.Resource.Revision);
        Decide("drain", $"stop {Short(allocation.Id)}", reason,
            [("allocation", allocation.Id), ("node", stopped.Node)]);
    }

    /// <summary>Deletes the allocation; a node that comes back with it is told to drop it.</summary>
    public void Forget(AllocationView allocation) => plan.Delete(allocation.Resource.Key, allocation.Resource.Revision);

    public void Decide(
        string area, string outcome, string reason, params ReadOnlySpan<(string Key, string Value)> inputs)
    {
        var decision = new Decision { Area = area, Outcome = outcome, Reason = reason, Workload = view.Name };
        foreach ((string key, string value) in inputs) decision.Inputs[key] = value;
        plan.Decide(decision);
    }

    public void Report(string type, EventSeverity severity, string message) =>
        plan.Report(new Event { Type = type, Severity = severity, Message = message, Workload = view.Name });

    /// <summary>The random end of an id, which is what tells two apart: their beginnings are the time.</summary>
    public static string Short(string id) => id.Length > 8 ? id[^8..] : id;

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
