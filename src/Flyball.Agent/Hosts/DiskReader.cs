using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>Every disk of <c>/proc/diskstats</c>; partitions, loop and memory devices are left out.</summary>
internal sealed class DiskReader(HostPaths paths) : IHostReader
{
    /// <summary>The kernel counts sectors of 512 bytes whatever the disk has.</summary>
    private const double SectorBytes = 512;

    private const double PerMillisecond = 0.001;

    /// <summary>The columns behind a device's name, in the kernel's order; older kernels have fewer.</summary>
    private static readonly (string Name, double Factor, string Type)[] Columns =
    [
        ("node_disk_reads_completed_total", 1, "counter"),
        ("node_disk_reads_merged_total", 1, "counter"),
        ("node_disk_read_bytes_total", SectorBytes, "counter"),
        ("node_disk_read_time_seconds_total", PerMillisecond, "counter"),
        ("node_disk_writes_completed_total", 1, "counter"),
        ("node_disk_writes_merged_total", 1, "counter"),
        ("node_disk_written_bytes_total", SectorBytes, "counter"),
        ("node_disk_write_time_seconds_total", PerMillisecond, "counter"),
        ("node_disk_io_now", 1, "gauge"),
        ("node_disk_io_time_seconds_total", PerMillisecond, "counter"),
        ("node_disk_io_time_weighted_seconds_total", PerMillisecond, "counter"),
        ("node_disk_discards_completed_total", 1, "counter"),
        ("node_disk_discards_merged_total", 1, "counter"),
        ("node_disk_discarded_sectors_total", 1, "counter"),
        ("node_disk_discard_time_seconds_total", PerMillisecond, "counter"),
        ("node_disk_flush_requests_total", 1, "counter"),
        ("node_disk_flush_requests_time_seconds_total", PerMillisecond, "counter"),
    ];

    private readonly ProcFile file = paths.ProcFile("diskstats");

    /// <summary>Empty for a device that is left out.</summary>
    private readonly NameCache devices = new(static name => IsLeftOut(name) ? "" : name);

    public void Read(SampleWriter into)
    {
        if (into.WantsDescriptions)
        {
            foreach ((string name, _, string type) in Columns)
                into.Describe(name, type, "Of the kernel's table of disks.");
        }

        var lines = new TextWalk(file.Read());
        while (lines.Line(out TextWalk line))
        {
            line.Word();
            line.Word();
            string device = devices.Of(line.Word());
            if (device.Length == 0) continue;
            foreach ((string name, double factor, _) in Columns)
            {
                if (!line.Number(out double value)) break;
                into.Add(name, value * factor, [new("device", device)]);
            }
        }
    }

    /// <summary>
    /// A partition (<c>sda1</c>, <c>nvme0n1p2</c>) is part of its disk; <c>loop0</c>, <c>ram0</c>, <c>zram0</c> and
    /// <c>fd0</c> are no disks.
    /// </summary>
    internal static bool IsLeftOut(string device)
    {
        string stem = device.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        if (stem.Length == device.Length) return false;
        if (stem is "ram" or "zram" or "loop" or "fd") return true;
        if (stem.StartsWith("nvme", StringComparison.Ordinal)) return stem.EndsWith('p');
        string kind = stem[..^Math.Min(1, stem.Length)];
        return kind is "hd" or "sd" or "vd" or "xvd" && char.IsAsciiLetterLower(stem[^1]);
    }
}
