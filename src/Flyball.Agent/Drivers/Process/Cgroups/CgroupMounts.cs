namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>Where this machine's control groups are mounted: version 2, version 1 by controller, or both.</summary>
internal sealed record CgroupMounts(
    string? Unified, IReadOnlyList<string> UnifiedControllers, SortedDictionary<string, string> V1)
{
    public static CgroupMounts Detect()
    {
        string[] lines = File.Exists("/proc/self/mountinfo") ? File.ReadAllLines("/proc/self/mountinfo") : [];
        CgroupMounts found = Parse(lines);
        if (found.Unified is null) return found;
        string controllers = Path.Combine(found.Unified, "cgroup.controllers");
        return found with { UnifiedControllers = File.Exists(controllers)
            ? File.ReadAllText(controllers).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [] };
    }

    /// <summary>
    /// Reads lines of mountinfo (proc_pid_mountinfo(5)): the mount point is field 5, the type follows " - ".
    /// </summary>
    public static CgroupMounts Parse(IEnumerable<string> lines)
    {
        string? unified = null;
        var v1 = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0) continue;
            string[] before = line[..dash].Split(' ');
            string[] after = line[(dash + 3)..].Split(' ');
            if (before.Length < 5 || after.Length < 3) continue;
            if (after[0] == "cgroup2") unified ??= before[4];
            if (after[0] != "cgroup") continue;
            foreach (string option in after[2].Split(',')) v1.TryAdd(option, before[4]);
        }

        return new CgroupMounts(unified, [], v1);
    }
}
