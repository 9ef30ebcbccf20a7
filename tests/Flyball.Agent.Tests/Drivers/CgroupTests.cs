using Flyball.Agent.Drivers.Process.Cgroups;
using Flyball.Agent.Tests.Harness;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Drivers;

/// <summary>Limits of processes, where this machine lets us set them.</summary>
public sealed class CgroupTests : IAsyncLifetime
{
    private readonly Platform platform = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task Memory_BeyondTheLimit_TaskIsKilledAndTheReasonTold()
    {
        ICgroups cgroups = NoCgroups.Choose(CgroupMounts.Detect());
        var problems = new List<string>();
        cgroups.Create("probe", new ResourceLimits { MemoryLimitBytes = 1 << 24 }, problems);
        cgroups.Remove("probe");
        Assert.SkipUnless(problems.Count == 0, "No control groups here: " + string.Join("; ", problems));
        platform.StartAgent(o => o with { StopTasksOnShutdown = true });
        string id = await platform.PlaceAsync("shop.job", new TaskSpec
        {
            Driver = "process",
            Command = ["busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"],
            Resources = new ResourceLimits { MemoryLimitBytes = 16 << 20, PidsLimit = 50, CpuLimit = 0.5 },
            Restart = new RestartPolicy { Condition = RestartCondition.None },
        });

        AllocationStatus status = await platform.WaitForAsync(id, s => s.IsTerminal);

        Assert.Equal(137, status.ExitCode);
        Assert.Contains("more memory than its limit", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_HybridMachine_FindsBothVersions()
    {
        string[] lines =
        [
            "25 20 0:22 / /sys/fs/cgroup/unified rw,nosuid shared:5 - cgroup2 cgroup2 rw,nsdelegate",
            "26 20 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct",
            "27 20 0:24 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            "nonsense",
        ];

        CgroupMounts mounts = CgroupMounts.Parse(lines);

        Assert.Equal("/sys/fs/cgroup/unified", mounts.Unified);
        Assert.Equal(
            ("/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory"), (mounts.V1["cpuacct"], mounts.V1["memory"]));
        Assert.IsType<CgroupsV1>(NoCgroups.Choose(mounts));
        Assert.IsType<CgroupsV2>(NoCgroups.Choose(mounts with { UnifiedControllers = ["cpu", "memory"] }));
    }

    /// <summary>The files of version 2, on a directory that stands for its mount.</summary>
    [Fact]
    public void CgroupsV2_Limits_AreWrittenInItsOwnWords()
    {
        string root = Path.Combine(platform.Directory, "cgroup");
        string group = Path.Combine(root, "flyball", "a");
        Directory.CreateDirectory(group);
        string[] files = ["cpu.max", "cpu.weight", "memory.max", "memory.swap.max", "memory.low", "pids.max",
            "cgroup.procs", "memory.events"];
        foreach (string file in files) File.WriteAllText(Path.Combine(group, file), "");
        var cgroups = new CgroupsV2(root);
        var problems = new List<string>();

        cgroups.Create("a", new ResourceLimits
            { CpuLimit = 0.5, CpuReservation = 0.25, MemoryLimitBytes = 1 << 20, MemoryReservationBytes = 4096,
            PidsLimit = 7 }, problems);
        File.WriteAllText(Path.Combine(group, "memory.events"), "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n");

        Assert.Empty(problems);
        Assert.Equal(
            ["50000 100000", "25", "1048576", "0", "4096", "7"],
            files.Take(6).Select(f => File.ReadAllText(Path.Combine(group, f))));
        Assert.Equal([Path.Combine(group, "cgroup.procs")], cgroups.JoinFiles("a"));
        Assert.Equal(2, cgroups.OutOfMemoryKills("a"));
    }
}
