using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Every field of <c>/proc/meminfo</c>.</summary>
internal sealed class MemoryReader(HostPaths paths) : IHostReader
{
    private readonly ProcFile file = paths.ProcFile("meminfo");
    private readonly NameCache counts = new(static name => "node_memory_" + Clean(name));
    private readonly NameCache sizes = new(static name => "node_memory_" + Clean(name) + "_bytes");

    public void Read(SampleWriter into)
    {
        var lines = new TextWalk(file.Read());
        while (lines.Line(out TextWalk line))
        {
            ReadOnlySpan<byte> field = line.Before((byte)':');
            if (field.IsEmpty || !line.Number(out double value)) continue;
            bool isSize = line.Word().SequenceEqual("kB"u8);
            string name = isSize ? sizes.Of(field) : counts.Of(field);
            into.Add(name, isSize ? value * 1024 : value);
            if (into.WantsDescriptions)
                into.Describe(name, "gauge", "Of the kernel's table of memory.", isSize ? "bytes" : "");
        }
    }

    /// <summary><c>Active(anon)</c> becomes <c>Active_anon</c>.</summary>
    private static string Clean(string field) =>
        field.Replace("(", "_", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
}
