using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Rollouts;

/// <summary>
/// Finds the version that a spec is and begins a rollout when it is not the one wanted so far. A spec that was applied
/// before is the version it was then: its number comes back. A rejected version is wanted (and so not tried again)
/// until the spec changes or the user asks for a restart.
/// </summary>
internal static class VersionChoice
{
    public static void Run(Pass pass)
    {
        Rollout? known = pass.View.Rollout?.Value;
        if (known is not null && !pass.Versions.ContainsKey(known.TargetVersion)) known = null;
        // A workload that was removed and applied again before its end counts its restarts anew.
        if (known?.RestartGeneration > pass.Spec.RestartGeneration)
            known = known with { RestartGeneration = pass.Spec.RestartGeneration };
        VersionView version = Find(pass, known) ?? Create(pass);
        int? wanted = known?.RejectedVersion ?? known?.TargetVersion;
        bool restart = known is not null && pass.Spec.RestartGeneration > known.RestartGeneration;
        if (known is not null && wanted == version.Number && !restart)
        {
            pass.Rollout = known;
            return;
        }

        string reason = restart && wanted == version.Number
            ? "a restart was asked for"
            : known is null ? "it was applied for the first time" : "its spec changed";
        pass.Rollout = new Rollout
        {
            Workload = pass.View.Name,
            TargetVersion = version.Number,
            StableVersion = known?.StableVersion is { } stable && pass.Versions.ContainsKey(stable) ? stable : null,
            State = RolloutState.Progressing,
            StartedUnixMs = pass.Now,
            RestartGeneration = pass.Spec.RestartGeneration,
            Reason = reason,
        };
        string from = known is null ? "none" : Pass.Text(known.TargetVersion);
        pass.Decide("rollout", $"roll out version {Pass.Text(version.Number)}", reason,
            [("from", from), ("to", Pass.Text(version.Number)), ("replicas", Pass.Text(pass.View.Replicas))]);
        // Here as well as at a rollout's end: those of a stopped workload, or that are overtaken, never end.
        Prune(pass);
    }

    private static VersionView? Find(Pass pass, Rollout? known)
    {
        string hash = pass.View.SpecHash!;
        if ((known?.RejectedVersion ?? known?.TargetVersion) is { } number
            && pass.Versions.TryGetValue(number, out VersionView? wanted)
            && wanted.Version.SpecHash == hash) return wanted;
        for (int i = pass.Versions.Count - 1; i >= 0; i--)
            if (pass.Versions.Values[i].Version.SpecHash == hash) return pass.Versions.Values[i];
        return FindRehashed(pass, hash);
    }

    /// <summary>
    /// A newer Flyball may write the same spec with other bytes (a key more, with its default). The stored specs are
    /// hashed as this one writes them, so that an upgrade of Flyball rolls nothing out.
    /// </summary>
    private static VersionView? FindRehashed(Pass pass, string hash)
    {
        for (int i = pass.Versions.Count - 1; i >= 0; i--)
        {
            VersionView version = pass.Versions.Values[i];
            if (SpecHash.Of(version.Version.Task) != hash) continue;
            return Store(pass, version with { Version = version.Version with { SpecHash = hash } });
        }

        return null;
    }

    private static VersionView Create(Pass pass)
    {
        int number = pass.Versions.Count == 0 ? 1 : pass.Versions.Keys[^1] + 1;
        return Store(pass, new VersionView(
            new WorkloadVersion
            {
                Workload = pass.View.Name,
                Number = number,
                SpecHash = pass.View.SpecHash!,
                Task = pass.Spec.Task,
                CreatedUnixMs = pass.Now,
            },
            Revision.None));
    }

    /// <summary>Writes a version with the pass; later steps see it.</summary>
    public static VersionView Store(Pass pass, VersionView version)
    {
        pass.RequireInputs();
        pass.Versions[version.Number] = version;
        string name = WorkloadVersion.NameOf(pass.View.Name, version.Number);
        pass.Plan.Put(Kinds.Version, name, version.Version, version.Revision);
        return version;
    }

    /// <summary>
    /// Drops versions that nothing refers to, beyond the history that is kept; never the newest number.
    /// </summary>
    public static void Prune(Pass pass)
    {
        var inUse = new HashSet<int>(pass.View.Allocations.Select(allocation => allocation.Allocation.Version))
        {
            pass.Rollout.TargetVersion,
            pass.Rollout.StableVersion ?? 0,
            pass.Rollout.RejectedVersion ?? 0,
        };
        VersionView[] idle = [.. pass.Versions.Values.Where(version => !inUse.Contains(version.Number))];
        foreach (VersionView version in idle.SkipLast(Math.Max(1, pass.Policy.VersionHistory)))
        {
            string name = WorkloadVersion.NameOf(pass.View.Name, version.Number);
            pass.Plan.Delete(Kinds.Version.Key(name), version.Revision);
            pass.Versions.Remove(version.Number);
        }
    }
}
