using System.Globalization;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>Control groups version 1: one tree a controller.</summary>
internal sealed class CgroupsV1(IReadOnlyDictionary<string, string> mounts) : ICgroups
{
    /// <summary>The scheduler's accounting period; 100 ms is the kernel's default.</summary>
    private const long PeriodMicroseconds = 100_000;

    private static readonly string[] Controllers = ["cpu", "cpuacct", "memory", "pids"];

    public void Create(string name, ResourceLimits limits, List<string> problems)
    {
        Remove(name);
        foreach (string controller in Controllers)
        {
            if (Path(controller, name) is { } path && !CgroupFiles.TryCreate(path))
                problems.Add($"cgroup {path} cannot be made");
        }

        if (limits.CpuLimit is { } cores)
        {
            Set(problems, "cpu", name, "cpu.cfs_period_us", PeriodMicroseconds);
            Set(problems, "cpu", name, "cpu.cfs_quota_us", Math.Max(1_000, (long)(cores * PeriodMicroseconds)));
        }

        if (limits.CpuReservation is { } reserved)
            Set(problems, "cpu", name, "cpu.shares", Math.Max(2, (long)(reserved * 1024)));
        if (limits.MemoryLimitBytes is { } bytes)
        {
            Set(problems, "memory", name, "memory.limit_in_bytes", bytes);

            // Without swap accounting the file does not exist, and then there is nothing to limit.
            if (Path("memory", name) is { } memory)
                CgroupFiles.TryWrite($"{memory}/memory.memsw.limit_in_bytes", Text(bytes));
        }

        Set(problems, "pids", name, "pids.max", limits.PidsLimit ?? ProcessDriver.PidsLimitDefault);
    }

    public IReadOnlyList<string> JoinFiles(string name)
    {
        var files = new List<string>();
        foreach (string controller in Controllers)
        {
            string? path = Path(controller, name);
            if (path is not null && Directory.Exists(path) && !files.Contains($"{path}/cgroup.procs"))
                files.Add($"{path}/cgroup.procs");
        }

        return files;
    }

    public IReadOnlyList<int> Pids(string name)
    {
        var pids = new SortedSet<int>();
        foreach (string file in JoinFiles(name)) pids.UnionWith(CgroupFiles.Pids(file));
        return [.. pids];
    }

    public long OutOfMemoryKills(string name) =>
        Path("memory", name) is { } path ? CgroupFiles.Keyed($"{path}/memory.oom_control", "oom_kill") ?? 0 : 0;

    public TaskUsage Usage(string name, TaskUsage known)
    {
        if (Path("cpuacct", name) is { } cpu && CgroupFiles.Number($"{cpu}/cpuacct.usage") is { } nanoseconds)
            known = known with { CpuNanoseconds = nanoseconds };
        if (Path("memory", name) is { } memory && CgroupFiles.Number($"{memory}/memory.usage_in_bytes") is { } bytes)
        {
            // Page cache that nobody touched lately can be taken back at any time: it is not what the task needs.
            long idle = CgroupFiles.Keyed($"{memory}/memory.stat", "total_inactive_file") ?? 0;
            known = known with { MemoryBytes = Math.Max(0, bytes - idle) };
        }

        if (Path("pids", name) is { } pids && CgroupFiles.Number($"{pids}/pids.current") is { } count)
            known = known with { Pids = (int)count };
        return known;
    }

    public void Remove(string name)
    {
        foreach (string controller in Controllers)
        {
            if (Path(controller, name) is { } path) CgroupFiles.TryRemove(path);
        }
    }

    private void Set(List<string> problems, string controller, string name, string file, long value)
    {
        if (Path(controller, name) is not { } path) problems.Add($"the {controller} controller is not there");
        else if (!CgroupFiles.TryWrite($"{path}/{file}", Text(value)))
            problems.Add($"{path}/{file} cannot be set to {value}");
    }

    private string? Path(string controller, string name) =>
        mounts.TryGetValue(controller, out string? mount) ? $"{mount}/{CgroupFiles.Parent}/{name}" : null;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
