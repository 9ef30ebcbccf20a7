using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Load averages, open files and the kernel's paging counters.</summary>
internal sealed class LoadReader(HostPaths paths) : IHostReader
{
    private static readonly string[] Loads = ["node_load1", "node_load5", "node_load15"];

    private readonly ProcFile loadavg = paths.ProcFile("loadavg");
    private readonly ProcFile fileNr = paths.ProcFile("sys/fs/file-nr");
    private readonly ProcFile vmstat = paths.ProcFile("vmstat");
    private readonly NameCache fields = new(static name => "node_vmstat_" + name);

    public void Read(SampleWriter into)
    {
        var load = new TextWalk(loadavg.Read());
        foreach (string name in Loads)
        {
            if (!load.Number(out double value)) break;
            into.Add(name, value);
            if (into.WantsDescriptions) into.Describe(name, "gauge", "Threads that run or wait, on average.");
        }

        ReadFiles(into);
        var lines = new TextWalk(vmstat.Read());
        while (lines.Line(out TextWalk line))
        {
            ReadOnlySpan<byte> field = line.Word();
            if (!IsWanted(field) || !line.Number(out double value)) continue;
            into.Add(fields.Of(field), value);
            if (into.WantsDescriptions)
                into.Describe(fields.Of(field), "counter", "Of the kernel's table of virtual memory.");
        }
    }

    private void ReadFiles(SampleWriter into)
    {
        var words = new TextWalk(fileNr.Read().TrimEnd((byte)'\n'));
        if (!words.Number(out double allocated) || words.Word().IsEmpty || !words.Number(out double most)) return;
        into.Add("node_filefd_allocated", allocated);
        into.Add("node_filefd_maximum", most);
        if (!into.WantsDescriptions) return;
        into.Describe("node_filefd_allocated", "gauge", "Files that are open.");
        into.Describe("node_filefd_maximum", "gauge", "Files that may be open.");
    }

    private static bool IsWanted(ReadOnlySpan<byte> field) =>
        field.StartsWith("oom_kill"u8) || field.StartsWith("pgpg"u8) || field.StartsWith("pswp"u8)
        || (field.StartsWith("pg"u8) && field.IndexOf("fault"u8) >= 0);
}
