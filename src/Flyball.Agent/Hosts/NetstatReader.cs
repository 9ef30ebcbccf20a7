using System.Text.RegularExpressions;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Counters of the network protocols, from <c>/proc/net/snmp</c>, <c>netstat</c> and <c>snmp6</c>.</summary>
internal sealed partial class NetstatReader(HostPaths paths) : IHostReader
{
    private readonly ProcFile[] tables = [paths.ProcFile("net/snmp"), paths.ProcFile("net/netstat")];
    private readonly ProcFile six = paths.ProcFile("net/snmp6");

    /// <summary>Protocol and field, such as <c>Tcp_InSegs</c>, to a metric's name; empty for one not wanted.</summary>
    private readonly NameCache names = new(static key => Wanted().IsMatch(key) ? "node_netstat_" + key : "");
    private readonly NameCache sixNames = new(static field => SixName(field));
    private readonly byte[] key = new byte[256];

    public void Read(SampleWriter into)
    {
        foreach (ProcFile file in tables)
        {
            // Pairs of lines: a protocol's fields, then their values.
            var lines = new TextWalk(file.Read());
            while (lines.Line(out TextWalk heads) && lines.Line(out TextWalk values))
            {
                ReadOnlySpan<byte> protocol = heads.Before((byte)':');
                values.Before((byte)':');
                if (!protocol.IsEmpty) ReadPair(into, protocol, heads, values);
            }
        }

        var sixLines = new TextWalk(six.Read());
        while (sixLines.Line(out TextWalk line))
        {
            string name = sixNames.Of(line.Word());
            if (name.Length > 0 && line.Number(out double value)) Add(into, name, value);
        }
    }

    private void ReadPair(SampleWriter into, ReadOnlySpan<byte> protocol, TextWalk heads, TextWalk values)
    {
        protocol.CopyTo(key);
        key[protocol.Length] = (byte)'_';
        while (true)
        {
            ReadOnlySpan<byte> field = heads.Word();
            if (field.IsEmpty || protocol.Length + 1 + field.Length > key.Length) return;
            if (!values.Number(out double value)) return;
            field.CopyTo(key.AsSpan(protocol.Length + 1));
            string name = names.Of(key.AsSpan(0, protocol.Length + 1 + field.Length));
            if (name.Length > 0) Add(into, name, value);
        }
    }

    private static void Add(SampleWriter into, string name, double value)
    {
        into.Add(name, value);
        if (into.WantsDescriptions) into.Describe(name, "unknown", "Of the kernel's tables of network protocols.");
    }

    /// <summary><c>Ip6InOctets</c> is <c>Ip6_InOctets</c>: the protocol ends with the first 6.</summary>
    private static string SixName(string field)
    {
        int six = field.IndexOf('6', StringComparison.Ordinal);
        if (six < 0) return "";
        string split = $"{field[..(six + 1)]}_{field[(six + 1)..]}";
        return Wanted().IsMatch(split) ? "node_netstat_" + split : "";
    }

    /// <summary>Those that node_exporter shows when nothing else is said.</summary>
    [GeneratedRegex(
        "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
        + "|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)"
        + "|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
        + "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$")]
    private static partial Regex Wanted();
}
