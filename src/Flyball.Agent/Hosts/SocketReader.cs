using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Sockets in use and connections that the firewall follows.</summary>
internal sealed class SocketReader(HostPaths paths) : IHostReader
{
    private readonly ProcFile[] files = [paths.ProcFile("net/sockstat"), paths.ProcFile("net/sockstat6")];
    private readonly ProcFile tracked = paths.ProcFile("sys/net/netfilter/nf_conntrack_count");
    private readonly ProcFile trackedMax = paths.ProcFile("sys/net/netfilter/nf_conntrack_max");
    private readonly NameCache protocols = new();
    private readonly NameCache fields = new();
    private readonly Dictionary<(string Protocol, string Field), string> names = [];

    public void Read(SampleWriter into)
    {
        foreach (ProcFile file in files)
        {
            var lines = new TextWalk(file.Read());
            while (lines.Line(out TextWalk line))
            {
                ReadOnlySpan<byte> protocol = line.Before((byte)':');
                if (!protocol.IsEmpty) ReadProtocol(into, protocols.Of(protocol), line);
            }
        }

        ReadTracked(into, "node_nf_conntrack_entries", tracked);
        ReadTracked(into, "node_nf_conntrack_entries_limit", trackedMax);
    }

    private static void ReadTracked(SampleWriter into, string name, ProcFile file)
    {
        if (!new TextWalk(file.Read().TrimEnd((byte)'\n')).Number(out double value)) return;
        into.Add(name, value);
        if (into.WantsDescriptions) into.Describe(name, "gauge", "Connections that the firewall follows.");
    }

    private void ReadProtocol(SampleWriter into, string protocol, TextWalk line)
    {
        while (true)
        {
            ReadOnlySpan<byte> word = line.Word();
            if (word.IsEmpty || !line.Number(out double value)) return;
            string field = fields.Of(word);
            Add(into, Name(protocol, field), value);

            // Pages; in bytes too.
            if (field == "mem") Add(into, Name(protocol, "mem_bytes"), value * Environment.SystemPageSize);
        }
    }

    private static void Add(SampleWriter into, string name, double value)
    {
        into.Add(name, value);
        if (into.WantsDescriptions) into.Describe(name, "gauge", "Of the kernel's table of sockets.");
    }

    private string Name(string protocol, string field)
    {
        if (names.TryGetValue((protocol, field), out string? known)) return known;
        return names[(protocol, field)] = $"node_sockstat_{protocol}_{field}";
    }
}
