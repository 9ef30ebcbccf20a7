using Flyball.Base.Ids;
using Flyball.Contracts;
using Flyball.Contracts.Journal;
using Flyball.Scheduling.Placement;
using Flyball.Scheduling.Rollouts;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// Compares what is desired with what was observed and says what to do: a function of its view, without clock or I/O.
/// It keeps nothing between calls; whatever must be remembered (when to retry, why something waits, which version was
/// rejected) stands in the resources that it plans.
/// </summary>
internal sealed class Reconciler(IdSource ids)
{
    /// <summary>Plans for the named workloads, in the given order; earlier ones take room first.</summary>
    public Plan Reconcile(ClusterView cluster, IEnumerable<string> names)
    {
        var book = new CapacityBook(cluster);
        var plans = new List<WorkloadPlan>();
        foreach (string name in names)
            if (cluster.Workload(name) is { } view) plans.Add(Reconcile(view, cluster, book));
        return new Plan(plans);
    }

    private WorkloadPlan Reconcile(WorkloadView view, ClusterView cluster, CapacityBook book)
    {
        var plan = new WorkloadPlan(view.Name);
        var pass = new Pass(view, cluster, plan);
        StoppedSweep.Run(pass);
        if (view.Spec is null)
        {
            Retirement.Run(pass);
            return plan;
        }

        VersionChoice.Run(pass);
        int desired = view.Replicas;
        SlotSet slots = SlotSet.Of(pass);
        slots.Trim(pass, desired);
        if (RolloutJudge.Run(pass, slots, desired)) slots = slots.Resorted(pass);
        new Convergence(pass, slots, new Launcher(pass, book, ids), desired).Run();
        WriteRollout(pass);
        return plan;
    }

    private static void WriteRollout(Pass pass)
    {
        string before = pass.View.Rollout?.Value.Waiting ?? "";
        pass.Rollout = pass.Rollout with { Waiting = pass.Waiting };
        if (pass.Waiting.Length > 0 && pass.Waiting != before) ReportWaiting(pass, before);
        if (pass.Rollout == pass.View.Rollout?.Value) return;
        pass.RequireInputs();
        pass.Plan.Put(
            Kinds.Rollout, pass.View.Name, pass.Rollout, pass.View.Rollout?.Revision ?? Base.Resources.Revision.None);
    }

    /// <summary>Said once for each reason; the event only when nothing waited before.</summary>
    private static void ReportWaiting(Pass pass, string before)
    {
        pass.Decide("placement", "wait", pass.Waiting, ("version", Pass.Text(pass.Rollout.TargetVersion)));
        if (before.Length == 0)
            pass.Report("workload.waiting", EventSeverity.Warning, $"{pass.View.Name} waits: {pass.Waiting}.");
    }
}
