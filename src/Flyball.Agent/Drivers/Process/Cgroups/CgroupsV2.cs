using System.Globalization;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>Control groups version 2: one tree, controllers are handed down by <c>cgroup.subtree_control</c>.</summary>
internal sealed class CgroupsV2(string root) : ICgroups
{
    private const long PeriodMicroseconds = 100_000;

    private static readonly string[] Controllers = ["cpu", "memory", "pids", "io"];

    private string ParentPath => $"{root}/{CgroupFiles.Parent}";

    public void Create(string name, ResourceLimits limits, List<string> problems)
    {
        Remove(name);
        if (!CgroupFiles.TryCreate(ParentPath) || !CgroupFiles.TryCreate(Path(name)))
        {
            problems.Add($"cgroup {Path(name)} cannot be made");
            return;
        }

        foreach (string controller in Controllers)
        {
            CgroupFiles.TryWrite($"{root}/cgroup.subtree_control", $"+{controller}");
            CgroupFiles.TryWrite($"{ParentPath}/cgroup.subtree_control", $"+{controller}");
        }

        if (limits.CpuLimit is { } cores)
            Set(problems, name, "cpu.max",
                FormattableString.Invariant(
                $"{Math.Max(1_000, (long)(cores * PeriodMicroseconds))} {PeriodMicroseconds}"));
        if (limits.CpuReservation is { } reserved)
            Set(problems, name, "cpu.weight", Text(Math.Clamp((long)(reserved * 100), 1, 10_000)));
        if (limits.MemoryLimitBytes is { } bytes)
        {
            Set(problems, name, "memory.max", Text(bytes));
            CgroupFiles.TryWrite($"{Path(name)}/memory.swap.max", "0");
        }

        if (limits.MemoryReservationBytes is { } low) Set(problems, name, "memory.low", Text(low));
        Set(problems, name, "pids.max", Text(limits.PidsLimit ?? ProcessDriver.PidsLimitDefault));
    }

    public IReadOnlyList<string> JoinFiles(string name) =>
        Directory.Exists(Path(name)) ? [$"{Path(name)}/cgroup.procs"] : [];

    public IReadOnlyList<int> Pids(string name) => CgroupFiles.Pids($"{Path(name)}/cgroup.procs");

    public long OutOfMemoryKills(string name) => CgroupFiles.Keyed($"{Path(name)}/memory.events", "oom_kill") ?? 0;

    public TaskUsage Usage(string name, TaskUsage known)
    {
        string path = Path(name);
        if (CgroupFiles.Keyed($"{path}/cpu.stat", "usage_usec") is { } microseconds)
            known = known with { CpuNanoseconds = microseconds * 1_000 };
        if (CgroupFiles.Number($"{path}/memory.current") is { } bytes)
        {
            // Page cache that nobody touched lately can be taken back at any time: it is not what the task needs.
            long idle = CgroupFiles.Keyed($"{path}/memory.stat", "inactive_file") ?? 0;
            known = known with { MemoryBytes = Math.Max(0, bytes - idle) };
        }

        if (CgroupFiles.Number($"{path}/pids.current") is { } count) known = known with { Pids = (int)count };
        return known;
    }

    public void Remove(string name) => CgroupFiles.TryRemove(Path(name));

    private void Set(List<string> problems, string name, string file, string value)
    {
        if (!CgroupFiles.TryWrite($"{Path(name)}/{file}", value))
            problems.Add($"{Path(name)}/{file} cannot be set to {value}");
    }

    private string Path(string name) => $"{ParentPath}/{name}";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
