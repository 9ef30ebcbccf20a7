using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>
/// Every network device: its traffic from <c>/proc/net/dev</c>, its state from <c>/sys/class/net</c>.
/// </summary>
internal sealed class NetworkReader(HostPaths paths) : IHostReader
{
    private static readonly string[] Columns =
    [
        "receive_bytes", "receive_packets", "receive_errs", "receive_drop", "receive_fifo", "receive_frame",
        "receive_compressed", "receive_multicast", "transmit_bytes", "transmit_packets", "transmit_errs",
        "transmit_drop", "transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed",
    ];

    private static readonly string[] Names = [.. Columns.Select(column => $"node_network_{column}_total")];

    private readonly ProcFile file = paths.ProcFile("net/dev");
    private readonly NameCache devices = new();
    private readonly Dictionary<string, DeviceFiles> states = new(StringComparer.Ordinal);

    public void Read(SampleWriter into)
    {
        if (into.WantsDescriptions) Describe(into);
        var lines = new TextWalk(file.Read());
        while (lines.Line(out TextWalk line))
        {
            ReadOnlySpan<byte> name = line.Before((byte)':');
            if (name.IsEmpty) continue;
            string device = devices.Of(name);
            foreach (string metric in Names)
            {
                if (!line.Number(out double value)) break;
                into.Add(metric, value, [new("device", device)]);
            }

            ReadState(into, device);
        }
    }

    private void ReadState(SampleWriter into, string device)
    {
        if (!states.TryGetValue(device, out DeviceFiles? files))
        {
            // Devices come and go with containers; what is kept of those that went is bounded.
            if (states.Count >= 1_024) states.Clear();
            states[device] = files = new DeviceFiles(Path.Combine(paths.Sys, "class/net", device));
        }

        ReadOnlySpan<byte> state = files.State.Read().TrimEnd((byte)'\n');
        if (state.IsEmpty) return;
        into.Add("node_network_up", state.SequenceEqual("up"u8) ? 1 : 0, [new("device", device)]);
        AddNumber(into, "node_network_mtu_bytes", files.Mtu, 1, device);

        // In Mbit/s; the kernel says -1, or refuses, where a device has no speed.
        AddNumber(into, "node_network_speed_bytes", files.Speed, 1_000_000 / 8.0, device);
        AddNumber(into, "node_network_carrier", files.Carrier, 1, device);
    }

    private static void AddNumber(SampleWriter into, string name, ProcFile file, double factor, string device)
    {
        if (new TextWalk(file.Read().TrimEnd((byte)'\n')).Number(out double value))
            into.Add(name, value * factor, [new("device", device)]);
    }

    private static void Describe(SampleWriter into)
    {
        foreach (string name in Names) into.Describe(name, "counter", "Of the kernel's table of network devices.");
        into.Describe("node_network_up", "gauge", "1 when the device is up, else 0.");
        into.Describe("node_network_mtu_bytes", "gauge", "The largest packet of the device.", "bytes");
        into.Describe("node_network_speed_bytes", "gauge", "Bytes a second that the device can carry.", "bytes");
        into.Describe("node_network_carrier", "gauge", "1 when there is a link, else 0.");
    }

    private sealed class DeviceFiles(string folder)
    {
        public ProcFile State { get; } = new(Path.Combine(folder, "operstate"));

        public ProcFile Mtu { get; } = new(Path.Combine(folder, "mtu"));

        public ProcFile Speed { get; } = new(Path.Combine(folder, "speed"));

        public ProcFile Carrier { get; } = new(Path.Combine(folder, "carrier"));
    }
}
