using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Rollouts;

namespace Flyball.Scheduling.Reconciling;

/// <summary>Brings a workload's slots towards its target version: fills, replaces, updates, concludes.</summary>
internal sealed class Convergence(Pass pass, SlotSet slots, Launcher launcher, int desired)
{
    /// <summary>Slots that were empty when the pass began and are not settled therefore.</summary>
    private int unfilled;

    private int budget;

    private int healthy;

    /// <summary>What may run now: the stopping ones, too, until they have ended.</summary>
    private int live = pass.View.Allocations.Count(allocation => allocation.IsLive);

    public void Run()
    {
        foreach (Slot slot in slots.All)
        {
            SlotTidying.Run(pass, slot);
            Settling.WakeFor(pass, slot);
        }

        FillMissing();
        budget = pass.Rollout.State == RolloutState.Paused ? 0 : UpdateBudget.Of(pass, slots, unfilled);
        int before = budget;
        foreach (Slot slot in slots.All)
            if (!slot.HasLive && !Settling.IsDone(pass, slot)) ReplaceEnded(slot);
        if (pass.Rollout.State != RolloutState.Paused) UpdateOld();
        if (budget < before) pass.Rollout = pass.Rollout with { LastBatchUnixMs = pass.Now };
        if (IsConverged()) Conclude();
    }

    private void FillMissing()
    {
        unfilled = Math.Max(0, desired - slots.Count);
        if (unfilled == 0) return;
        if (pass.View.Allocations.Count == 0 && DependencyGate.AwaitedBy(pass) is { } awaited)
        {
            pass.Waiting = awaited;
            pass.Plan.AwaitsOthers = true;
            return;
        }

        VersionView version = pass.Rollout is { State: RolloutState.Paused, StableVersion: { } stable }
            ? pass.Versions[stable]
            : pass.Target;
        foreach (int index in slots.FreeIndexes().Take(unfilled))
        {
            AllocationView? predecessor =
                pass.View.Allocations.LastOrDefault(allocation => allocation.Allocation.Index == index);
            if (Launch(index, version, "a replica is missing", 0, predecessor)) continue;
            return;
        }
    }

    /// <summary>A slot of which nothing runs any more: its allocation failed, ended or is lost.</summary>
    private void ReplaceEnded(Slot slot)
    {
        AllocationView last = slot.Dead.Count > 0 ? slot.Dead[^1] : slot.Ghosts[^1];
        VersionView version = VersionAfter(last);
        bool isSame = version.Number == last.Allocation.Version
            && (version.Number != pass.Rollout.TargetVersion || Slot.IsCurrent(last, pass.Rollout));
        bool isUpdate = !isSame && version.Number == pass.Rollout.TargetVersion;
        if (isSame && (last.IsGivenUp || last.IsDone)) return;
        if (isSame && !(last.IsLost ? IsGone(last) : Replacement.IsDue(pass, last))) return;
        int attempt = !isSame ? 0 : last.IsLost ? last.Allocation.Attempt : Replacement.AttemptAfter(last);
        string why = last.IsLost
            ? $"{Pass.Short(last.Id)} is lost with its node"
            : $"{Pass.Short(last.Id)} {FailureText.Of(last.Status)}";
        if (!Launch(slot.Index, version, why, attempt, last)) return;
        if (isUpdate) budget--;
        foreach (AllocationView dead in slot.Dead) pass.Forget(dead);
        // Lost ones stay until the new one is healthy: if their node returns first, they are kept in its place.
    }

    /// <summary>A node that is back gets a moment to say what still runs there, so that nothing starts twice.</summary>
    private bool IsGone(AllocationView lost)
    {
        if (lost.NodeBackUnixMs is not { } backUnixMs) return true;
        long end = backUnixMs + (long)pass.Policy.ReturnGrace.TotalMilliseconds;
        if (pass.Now >= end) return true;
        pass.Plan.WakeAt(end);
        return false;
    }

    /// <summary>
    /// What takes the place of an ended allocation. While a new version is not proven, an old one that dies is replaced
    /// by the stable version unless its turn has come: a broken version must not spread by crashes.
    /// </summary>
    private VersionView VersionAfter(AllocationView last)
    {
        Rollout rollout = pass.Rollout;
        int ended = last.Allocation.Version;
        int choice = rollout.State switch
        {
            RolloutState.Paused when ended == rollout.TargetVersion || ended == rollout.StableVersion => ended,
            RolloutState.Paused => rollout.StableVersion ?? rollout.TargetVersion,
            RolloutState.Progressing when ended != rollout.TargetVersion && budget <= 0 =>
                rollout.StableVersion ?? rollout.TargetVersion,
            _ => rollout.TargetVersion,
        };
        return pass.Versions[choice];
    }

    private void UpdateOld()
    {
        healthy = slots.All.Count(slot => slot.HasHealthy);
        Slot[] outdated =
        [
            .. slots.All.Where(slot => slot.Old.Count > 0 && slot.Current.Count == 0)
                .OrderBy(slot => slot.Old[0].IsHealthy)
                .ThenBy(slot => slot.Index),
        ];
        foreach (Slot slot in outdated)
        {
            AllocationView old = slot.Old[0];
            bool isFree = ServesNobody(old);
            if (!isFree && budget <= 0) continue;
            if (Update(slot, old, isFree) && !isFree) budget--;
        }
    }

    private bool Update(Slot slot, AllocationView old, bool isFree)
    {
        string reason = $"version {Pass.Text(pass.Rollout.TargetVersion)} takes its place";
        if (pass.Update.Order == UpdateOrder.StopFirst) return TakeDown(old, reason);

        if (launcher.TryLaunch(slot.Index, pass.Target, $"it takes the place of {Pass.Short(old.Id)}", 0, old))
        {
            if (isFree) pass.Stop(old, reason);
            return true;
        }

        // A fixed port of the only node cannot be had twice: then the old one has to go first, whatever the order says.
        // One that serves nobody may go first for any reason.
        if (launcher.FitsWithout(old, pass.Target, onlyForPorts: !isFree))
        {
            return TakeDown(old, $"{reason} and needs its room");
        }

        if (pass.Waiting.Length == 0) pass.Waiting = launcher.Failure;
        return false;
    }

    /// <summary>
    /// Stops an old allocation before its successor is there. Replicas that are ill for another reason count as taken
    /// down, too: so many as the policy replaces at a time may be away, whatever the cause.
    /// </summary>
    private bool TakeDown(AllocationView old, string reason)
    {
        if (old.IsHealthy)
        {
            int parallelism = pass.Update.Parallelism <= 0 ? desired : pass.Update.Parallelism;
            if (healthy - 1 < desired - parallelism) return false;
            healthy--;
        }

        pass.Stop(old, reason);
        return true;
    }

    /// <summary>
    /// Replacing it costs no capacity: it crash-loops, is what a rollback gets rid of, or never ran and never proved
    /// itself. One of the stable version that is only starting will serve soon.
    /// </summary>
    private bool ServesNobody(AllocationView allocation) =>
        (allocation.Status is { CrashLooping: true } && !allocation.IsHealthy)
        || (!allocation.IsRunning && allocation.Allocation.Version != pass.Rollout.StableVersion)
        || (pass.Rollout.State == RolloutState.RollingBack && !allocation.IsHealthy);

    private bool Launch(int index, VersionView version, string why, int attempt, AllocationView? predecessor)
    {
        // What cannot run twice starts only when enough of those before it have ended.
        if (pass.Update.Order == UpdateOrder.StopFirst && live >= desired) return false;
        if (launcher.TryLaunch(index, version, why, attempt, predecessor))
        {
            live++;
            return true;
        }

        if (pass.Waiting.Length == 0) pass.Waiting = launcher.Failure;
        return false;
    }

    private bool IsConverged() =>
        desired > 0 && unfilled == 0 && slots.Count == desired
        && pass.Rollout.State is RolloutState.Progressing or RolloutState.RollingBack or RolloutState.Paused
        && slots.All.All(slot => slot.Old.Count == 0 && Settling.IsSettled(pass, slot));

    private void Conclude()
    {
        pass.RequireInputs();
        Rollout rollout = pass.Rollout;
        int failed = slots.All.Count(slot => RolloutJudge.HasFailed(pass, slot));
        bool isProven = RolloutJudge.IsWithin(pass, failed, desired);
        bool isRollback = rollout.RejectedVersion is not null;
        string version = Pass.Text(rollout.TargetVersion);
        pass.Rollout = rollout with
        {
            State = isRollback ? RolloutState.RolledBack : RolloutState.Completed,
            StableVersion = isProven ? rollout.TargetVersion : rollout.StableVersion,
            Reason = isRollback ? rollout.Reason
                : failed == 0 ? ""
                : $"{Pass.Text(failed)} failed, as its policy allows",
        };
        if (isProven && !pass.Target.Version.Stable)
            VersionChoice.Store(pass, pass.Target with { Version = pass.Target.Version with { Stable = true } });
        VersionChoice.Prune(pass);
        string text = isRollback ? $"version {version} runs again" : $"version {version} runs";
        string reason = $"{Pass.Text(desired - failed)} of {Pass.Text(desired)} are healthy";
        pass.Decide(isRollback ? "rollback" : "rollout", text, reason,
            ("version", version), ("replicas", Pass.Text(desired)));
        pass.Report(isRollback ? "rollout.rolledback" : "rollout.completed", EventSeverity.Info,
            $"{pass.View.Name}: {text} on {Pass.Text(desired)} {(desired == 1 ? "instance" : "instances")}.");
    }
}
