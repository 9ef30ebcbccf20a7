using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Explaining;

/// <summary>Tells in words how a workload stands: a sentence for people in a hurry, then the facts behind it.</summary>
internal static class WorkloadStory
{
    private const int AllocationsTold = 20;

    public static string Summarise(WorkloadView view, long nowUnixMs)
    {
        int left = view.Allocations.Count;
        string stopping = left == 1 ? "1 allocation still stops" : $"{Pass.Text(left)} allocations still stop";
        if (view.Spec is null) return $"{view.Name} was removed; {stopping}.";
        AllocationView[] wanted = [.. view.Allocations.Where(allocation => allocation.IsWanted)];
        if (view.Spec.Value.Value.Stopped)
            return left == 0
                ? $"{view.Name} is stopped; 'flyball start {view.Name}' starts it."
                : $"{view.Name} was stopped; {stopping}.";
        int running = wanted.Count(allocation => allocation.IsRunning);
        int good = wanted.Count(allocation => allocation.IsHealthy || allocation.IsDone);
        string begin = wanted.Length > 0 && wanted.All(allocation => allocation.IsDone)
            ? $"{view.Name} has run to its end"
            : $"{view.Name} wants {Pass.Text(view.Replicas)}, runs {Pass.Text(running)}";
        string[] causes = [.. Causes(view, wanted, nowUnixMs).Take(3)];
        if (causes.Length > 0) return $"{begin}: {string.Join("; ", causes)}.";
        bool settles = view.Rollout?.Value.State is RolloutState.Progressing or RolloutState.RollingBack;
        return good >= view.Replicas && !settles ? $"{begin}; all is well." : $"{begin}; it is on its way.";
    }

    public static IReadOnlyList<string> Facts(WorkloadView view, long nowUnixMs)
    {
        var facts = new List<string>();
        if (view.Scale is { } scale)
            facts.Add($"{Pass.Text(scale.Value.Replicas)} replicas were set by {scale.Value.Source}"
                + $"{Pinned(scale.Value, nowUnixMs)}; the manifest says {Pass.Text(view.Spec?.Value.Replicas ?? 0)}");
        if (view.Rollout is { Value: var rollout }) facts.Add(Rollout(rollout));
        foreach (AllocationView allocation in view.Allocations.Take(AllocationsTold))
            facts.Add(AllocationStory.Line(allocation, nowUnixMs));
        if (view.Allocations.Count > AllocationsTold)
            facts.Add($"… and {Pass.Text(view.Allocations.Count - AllocationsTold)} more allocations");
        return facts;
    }

    /// <summary>What keeps the workload from running as it should, the weightiest first.</summary>
    private static IEnumerable<string> Causes(WorkloadView view, AllocationView[] wanted, long nowUnixMs)
    {
        Rollout? rollout = view.Rollout?.Value;
        if (rollout is { Waiting.Length: > 0 }) yield return rollout.Waiting;
        foreach (AllocationView allocation in wanted)
            if (allocation.IsLost || allocation.IsTerminal && !allocation.IsDone
                || allocation.Phase == AllocationPhase.BackingOff
                || allocation.Status is { CrashLooping: true } or { Health: HealthState.Critical })
                yield return AllocationStory.Trouble(allocation, nowUnixMs);
        foreach (string trouble in wanted.Select(allocation => allocation.NodeTrouble).OfType<string>().Distinct())
            yield return trouble;
        if (rollout is { State: RolloutState.Paused })
            yield return $"the rollout of version {Pass.Text(rollout.TargetVersion)} is paused: {rollout.Reason}";
        else if (rollout is { RejectedVersion: { } rejected })
            yield return $"version {Pass.Text(rejected)} was rolled back: {rollout.Reason}";
        foreach (AllocationView allocation in wanted)
            if (allocation.IsLive
                && allocation.Phase is AllocationPhase.Pending or AllocationPhase.Preparing or AllocationPhase.Starting)
                yield return AllocationStory.Trouble(allocation, nowUnixMs);
    }

    private static string Rollout(Rollout rollout)
    {
        string stable = rollout.StableVersion is { } version ? $"version {Pass.Text(version)}" : "none";
        string reason = rollout.Reason.Length > 0 ? $" ({rollout.Reason})" : "";
        string target = Pass.Text(rollout.TargetVersion);
        return $"rollout of version {target}: {rollout.State}{reason}; last healthy: {stable}";
    }

    private static string Pinned(Scale scale, long nowUnixMs) =>
        scale.PinnedUntilUnixMs > nowUnixMs
            ? $" and held against autoscaling for {AllocationStory.Duration(scale.PinnedUntilUnixMs.Value - nowUnixMs)}"
            : "";
}
