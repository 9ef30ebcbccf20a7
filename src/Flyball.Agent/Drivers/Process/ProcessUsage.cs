namespace Flyball.Agent.Drivers.Process;

/// <summary>What /proc tells of a task's processes; used where no control group counts for us.</summary>
internal static class ProcessUsage
{
    /// <summary>The kernel's clock ticks are 1/100 s to user space on every architecture .NET runs on.</summary>
    private const long NanosecondsPerTick = 10_000_000;

    public static TaskUsage Sum(IEnumerable<int> pids)
    {
        TaskUsage sum = default;
        foreach (int pid in pids)
        {
            if (!ProcStat.TryRead(pid, out ProcStat stat)) continue;
            sum = sum with
            {
                CpuNanoseconds = sum.CpuNanoseconds + ((stat.UserTicks + stat.SystemTicks) * NanosecondsPerTick),
                MemoryBytes = sum.MemoryBytes + (stat.ResidentPages * System.Environment.SystemPageSize),
                ReadBytes = sum.ReadBytes + Io(pid, "read_bytes:"),
                WrittenBytes = sum.WrittenBytes + Io(pid, "write_bytes:"),
                Pids = sum.Pids + 1,
            };
        }

        return sum;
    }

    private static long Io(int pid, string key) => Cgroups.CgroupFiles.Keyed($"/proc/{pid}/io", key) ?? 0;
}
