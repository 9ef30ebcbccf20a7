using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CsCheck;
using Flyball.Agent.Hosts;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Tests.Telemetry;

/// <summary>The machine as we show it and as Debian's node exporter shows it.</summary>
public sealed partial class HostMetricsTests
{
    /// <summary>Debian's chooses less than the exporter's newest version does, which is what ours does.</summary>
    private static readonly string[] Choices =
    [
        "--collector.netdev.device-exclude=^$",
        "--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$",
        "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+"
            + "|var/lib/containers/storage/.+)($|/)",
        "--collector.netstat.fields=^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)"
            + "|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue"
            + "|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
            + "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$",
    ];

    /// <summary>Attributes of devices that no dashboard of the exporter's asks for.</summary>
    private static readonly string[] LeftOut =
    [
        "node_disk_info", "node_network_address_assign_type", "node_network_carrier_", "node_network_device_id",
        "node_network_dormant", "node_network_flags", "node_network_iface_", "node_network_info",
        "node_network_name_assign_type", "node_network_net_dev_group", "node_network_protocol_type",
        "node_network_transmit_queue_length", "node_network_receive_nohandler_total", "node_nf_conntrack_stat_",
    ];

    /// <summary>Of what we measure, all that the exporter has must be ours, with the same labels.</summary>
    private static readonly string[] Families =
    [
        "node_timex_sync_status", "node_timex_offset", "node_timex_maxerror", "node_timex_estimated",
        "node_nf_conntrack_", "node_cpu_seconds", "node_cpu_guest", "node_memory_", "node_disk_", "node_filesystem_",
        "node_network_",
        "node_load", "node_pressure_", "node_netstat_", "node_sockstat_", "node_boot_time", "node_uname_",
        "node_vmstat_", "node_filefd_", "node_context_switches", "node_intr_total", "node_forks", "node_procs_",
        "node_time_seconds",
    ];

    /// <summary>What moves so little between two readings that both must show nearly the same.</summary>
    private static readonly string[] Slow =
    [
        "node_boot_time_seconds", "node_memory_MemTotal_bytes", "node_memory_SwapTotal_bytes", "node_filefd_maximum",
        "node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly", "node_network_mtu_bytes",
        "node_network_up", "node_uname_info", "node_cpu_seconds_total", "node_time_seconds",
        "node_disk_read_bytes_total",
        "node_memory_MemAvailable_bytes", "node_intr_total", "node_context_switches_total",
        "node_pressure_cpu_waiting_seconds_total", "node_pressure_io_stalled_seconds_total",
        "node_network_receive_bytes_total", "node_netstat_Tcp_PassiveOpens", "node_vmstat_pgfault",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_AndLabels_AreThoseOfTheNodeExporter()
    {
        // Network devices and mounts come and go while other tests run: what was there before or afterwards counts.
        Dictionary<string, double> before = await CollectAsync();
        Dictionary<string, double> theirs = await ScrapeAsync();
        Dictionary<string, double> ours = await CollectAsync();

        string[] missing =
        [
            .. theirs.Keys.Where(IsWanted)
                .Where(series => !ours.ContainsKey(series) && !before.ContainsKey(series)).Order(),
        ];
        string[] added =
            [.. ours.Keys.Where(before.ContainsKey).Where(series => !theirs.ContainsKey(series)).Order()];

        Assert.True(missing.Length == 0, "Missing:\n" + string.Join('\n', missing));
        Assert.True(added.Length == 0, "The exporter does not have:\n" + string.Join('\n', added));
        Assert.True(ours.Count > 200, $"{ours.Count} series are too few to be a machine.");
    }

    [Fact]
    public async Task Values_ThatMoveSlowly_AreThoseOfTheNodeExporter()
    {
        Dictionary<string, double> before = await CollectAsync();
        Dictionary<string, double> theirs = await ScrapeAsync();
        Dictionary<string, double> after = await CollectAsync();

        int compared = 0;
        foreach ((string series, double value) in theirs)
        {
            if (!Slow.Contains(series[..series.IndexOf('{', StringComparison.Ordinal)])) continue;
            if (!before.TryGetValue(series, out double first) || !after.TryGetValue(series, out double last)) continue;
            double least = Math.Min(first, last);
            double most = Math.Max(first, last);
            double slack = Math.Max(0.02 * most, 1);
            Assert.True(
                value >= least - slack && value <= most + slack, $"{series}: {value} is not in {least} to {most}.");
            compared++;
        }

        Assert.True(compared >= Slow.Length, $"Only {compared} series were compared.");
    }

    [Fact]
    public async Task Collect_Twice_AllocatesLittle()
    {
        var metrics = new Collected();
        await metrics.CollectAsync();
        await metrics.CollectAsync();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await metrics.CollectAsync();

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 512 * 1024);
    }

    [Theory]
    [InlineData("sda", false)]
    [InlineData("sda1", true)]
    [InlineData("vdb12", true)]
    [InlineData("xvda", false)]
    [InlineData("xvda1", true)]
    [InlineData("nvme0n1", false)]
    [InlineData("nvme0n1p2", true)]
    [InlineData("loop3", true)]
    [InlineData("ram0", true)]
    [InlineData("zram0", true)]
    [InlineData("fd0", true)]
    [InlineData("md0", false)]
    [InlineData("dm-0", false)]
    [InlineData("mmcblk0", false)]
    [InlineData("sr0", false)]
    public void Disk_PartitionsAndWhatIsNone_AreLeftOut(string device, bool isLeftOut) =>
        Assert.Equal(isLeftOut, DiskReader.IsLeftOut(device));

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-proc-").FullName;
        try
        {
            string[] files =
            [
                "stat", "diskstats", "meminfo", "loadavg", "vmstat", "sys/fs/file-nr", "net/dev", "net/snmp",
                "net/netstat", "net/snmp6", "net/sockstat", "net/sockstat6", "pressure/cpu", "pressure/io",
                "sys/kernel/hostname",
            ];
            foreach (string file in files)
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            IHostReader[] readers = HostMetrics.All(new HostPaths(folder, folder));
            Gen.Select(Gen.Char["cpu0 1\n:eth\t.-%(xEe9)total="].Array[0, 120], Gen.Int[0, files.Length - 1]).Sample(
                (text, file) =>
                {
                    File.WriteAllText(Path.Combine(folder, files[file]), new string(text));
                    var writer = new SampleWriter();
                    writer.Begin(new MetricBatch(), 0, wantsDescriptions: true);
                    foreach (IHostReader reader in readers) reader.Read(writer);
                },
                iter: 2_000, threads: 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsWanted(string series) =>
        Families.Any(family => series.StartsWith(family, StringComparison.Ordinal))
        && !LeftOut.Any(family => series.StartsWith(family, StringComparison.Ordinal));

    private static async Task<Dictionary<string, double>> CollectAsync()
    {
        var metrics = new Collected();
        return await metrics.CollectAsync();
    }

    private static async Task<Dictionary<string, double>> ScrapeAsync()
    {
        int port = FreePort();
        using Process exporter = Process.Start(new ProcessStartInfo("prometheus-node-exporter")
        {
            ArgumentList = { $"--web.listen-address=127.0.0.1:{port}", Choices[0], Choices[1], Choices[2], Choices[3] },
            RedirectStandardError = true,
        })!;
        try
        {
            string? line;
            do line = await exporter.StandardError.ReadLineAsync(Cancellation);
            while (line is not null && !line.Contains("istening on", StringComparison.Ordinal));
            // What it says from here on is read so that it never blocks on a full pipe.
            _ = exporter.StandardError.ReadToEndAsync(Cancellation);
            using var http = new HttpClient();
            string text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Cancellation);
            return Parse(text);
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Dictionary<string, double> Parse(string text)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith("node_", StringComparison.Ordinal)) continue;
            int space = line.LastIndexOf(' ');
            Match match = Series().Match(line[..space]);
            IEnumerable<(string, string)> labels = Label().Matches(match.Groups[2].Value)
                .Select(label => (label.Groups[1].Value, Regex.Unescape(label.Groups[2].Value)));
            found[Name(match.Groups[1].Value, labels)] = double.Parse(line[space..], CultureInfo.InvariantCulture);
        }

        return found;
    }

    private static string Name(string metric, IEnumerable<(string Name, string Value)> labels) =>
        metric + "{" + string.Join(',', labels.OrderBy(label => label.Name, StringComparer.Ordinal)
            .Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^([a-zA-Z0-9_]+)(?:\{(.*)\})?$", RegexOptions.Singleline)]
    private static partial Regex Series();

    [GeneratedRegex("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    private sealed class Collected
    {
        private readonly HostMetrics metrics = new(PoolWorkers.Instance, TimeProvider.System);
        private readonly SampleWriter writer = new();
        private readonly MetricBatch batch = new();

        public async Task<Dictionary<string, double>> CollectAsync()
        {
            writer.Begin(batch, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), wantsDescriptions: false);
            await metrics.CollectAsync(writer, Cancellation);
            var found = new Dictionary<string, double>(StringComparer.Ordinal);
            for (int i = 0; i < batch.SeriesCount; i++)
            {
                MetricLabel[] labels = batch.Labels(i).ToArray();
                found.Add(
                    Name(labels[0].Value, labels.Skip(1).Select(label => (label.Name, label.Value))),
                    batch.Samples(i)[0].Value);
            }

            return found;
        }
    }
}
