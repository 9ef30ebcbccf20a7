using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Processor time and the kernel's counters of <c>/proc/stat</c>.</summary>
internal sealed class CpuReader(HostPaths paths) : IHostReader
{
    /// <summary>The kernel's clock ticks are 1/100 s to user space on every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private static readonly string[] Modes =
        ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    private static readonly string[] GuestModes = ["user", "nice"];

    private readonly ProcFile stat = paths.ProcFile("stat");
    private readonly NameCache cpus = new(static name => name["cpu".Length..]);

    public void Read(SampleWriter into)
    {
        if (into.WantsDescriptions) Describe(into);
        var lines = new TextWalk(stat.Read());
        while (lines.Line(out TextWalk line))
        {
            ReadOnlySpan<byte> word = line.Word();
            if (word.StartsWith("cpu"u8))
            {
                if (word.Length > 3) ReadCpu(into, cpus.Of(word), line);
            }
            else if (Name(word) is { } name && line.Number(out double value))
            {
                into.Add(name, value);
            }
        }
    }

    private static void ReadCpu(SampleWriter into, string cpu, TextWalk line)
    {
        foreach (string mode in Modes)
        {
            if (!line.Number(out double ticks)) return;
            into.Add("node_cpu_seconds_total", ticks / TicksPerSecond, new("cpu", cpu), new("mode", mode));
        }

        foreach (string mode in GuestModes)
        {
            if (!line.Number(out double ticks)) return;
            into.Add("node_cpu_guest_seconds_total", ticks / TicksPerSecond, new("cpu", cpu), new("mode", mode));
        }
    }

    private static string? Name(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("ctxt"u8) ? "node_context_switches_total"
        : word.SequenceEqual("intr"u8) ? "node_intr_total"
        : word.SequenceEqual("btime"u8) ? "node_boot_time_seconds"
        : word.SequenceEqual("processes"u8) ? "node_forks_total"
        : word.SequenceEqual("procs_running"u8) ? "node_procs_running"
        : word.SequenceEqual("procs_blocked"u8) ? "node_procs_blocked"
        : null;

    private static void Describe(SampleWriter into)
    {
        into.Describe("node_cpu_seconds_total", "counter", "Time each processor spent in each mode.", "seconds");
        into.Describe("node_cpu_guest_seconds_total", "counter", "Of that, time in virtual machines.", "seconds");
        into.Describe("node_context_switches_total", "counter", "Context switches.");
        into.Describe("node_intr_total", "counter", "Interrupts that were served.");
        into.Describe("node_boot_time_seconds", "gauge", "When the machine started, since 1970.", "seconds");
        into.Describe("node_forks_total", "counter", "Processes and threads that were started.");
        into.Describe("node_procs_running", "gauge", "Threads that run or are ready to.");
        into.Describe("node_procs_blocked", "gauge", "Threads that wait for disks.");
    }
}
