using Flyball.Contracts;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// After <c>rm</c>: stops what is left of a removed workload, then forgets its versions, rollout and scale.
/// </summary>
internal static class Retirement
{
    public static void Run(Pass pass)
    {
        foreach (AllocationView allocation in pass.View.Allocations)
            if (allocation.IsWanted) pass.Stop(allocation, "the workload was removed");
        if (pass.View.Allocations.Count > 0) return;
        pass.RequireInputs();
        foreach (VersionView version in pass.View.Versions)
            pass.Plan.Delete(
                Kinds.Version.Key(WorkloadVersion.NameOf(pass.View.Name, version.Number)), version.Revision);
        if (pass.View.Rollout is { } rollout) pass.Plan.Delete(rollout.Key, rollout.Revision);
        if (pass.View.Scale is { } scale) pass.Plan.Delete(scale.Key, scale.Revision);
    }
}
