using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>How long tasks waited for processors, memory and disks (<c>/proc/pressure</c>, Linux 4.20).</summary>
internal sealed class PressureReader(HostPaths paths) : IHostReader
{
    private const double MicrosecondsPerSecond = 1e6;

    private readonly (ProcFile File, string? Some, string? Full)[] files =
    [
        (paths.ProcFile("pressure/cpu"), "node_pressure_cpu_waiting_seconds_total", null),
        (paths.ProcFile("pressure/io"), "node_pressure_io_waiting_seconds_total",
            "node_pressure_io_stalled_seconds_total"),
        (paths.ProcFile("pressure/memory"), "node_pressure_memory_waiting_seconds_total",
            "node_pressure_memory_stalled_seconds_total"),
    ];

    public void Read(SampleWriter into)
    {
        foreach ((ProcFile file, string? some, string? full) in files)
        {
            var lines = new TextWalk(file.Read());
            while (lines.Line(out TextWalk line))
            {
                string? name = line.Word().SequenceEqual("some"u8) ? some : full;
                if (name is null || Total(line) is not { } microseconds) continue;
                into.Add(name, microseconds / MicrosecondsPerSecond);
                if (into.WantsDescriptions)
                    into.Describe(name, "counter", "Time in which some, or all, tasks waited.", "seconds");
            }
        }
    }

    private static double? Total(TextWalk line)
    {
        while (true)
        {
            ReadOnlySpan<byte> word = line.Word();
            if (word.IsEmpty) return null;
            if (!word.StartsWith("total="u8)) continue;
            return new TextWalk(word["total=".Length..]).Number(out double value) ? value : null;
        }
    }
}
