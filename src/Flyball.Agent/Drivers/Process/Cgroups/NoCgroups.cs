using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>A machine without usable control groups: tasks start, limits do not hold, and an event says so.</summary>
internal sealed class NoCgroups : ICgroups
{
    public void Create(string name, ResourceLimits limits, List<string> problems)
    {
        bool asked = limits.CpuLimit is not null || limits.MemoryLimitBytes is not null || limits.PidsLimit is not null;
        if (asked) problems.Add("this machine has no control groups that the agent may use");
    }

    public IReadOnlyList<string> JoinFiles(string name) => [];

    public IReadOnlyList<int> Pids(string name) => [];

    public long OutOfMemoryKills(string name) => 0;

    public TaskUsage Usage(string name, TaskUsage known) => known;

    public void Remove(string name)
    {
    }

    /// <summary>The version that carries the memory controller, for hybrid machines have both.</summary>
    public static ICgroups Choose(CgroupMounts mounts)
    {
        if (mounts.Unified is { } root && mounts.UnifiedControllers.Contains("memory")) return new CgroupsV2(root);
        return mounts.V1.ContainsKey("memory") || mounts.V1.ContainsKey("cpu") ? new CgroupsV1(mounts.V1)
            : new NoCgroups();
    }
}
