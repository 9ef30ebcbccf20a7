using System.Globalization;
using System.Text.Json;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>
/// 10 k series over 24 h at 15 s, written as fast as each server takes it: bytes on disk after compaction, then the
/// dashboard's queries, all servers side by side.
/// </summary>
internal static class DayRow
{
    private const int Series = 10_000;
    private const int Scrapes = 24 * 240;
    private const int ScrapesPerRequest = 20;

    public static async Task RunAsync(IReadOnlyList<PeerKind> kinds, string folder, PeerTable table)
    {
        long startMs = DateTimeOffset.UtcNow.AddHours(-24).ToUnixTimeMilliseconds() / 60_000 * 60_000;
        var servers = new List<PeerServer>();
        try
        {
            foreach (PeerKind kind in kinds)
            {
                string place = Path.Combine(folder, "day-" + kind.Name);
                await using (PeerServer filled = await PeerServer.StartReadyAsync(kind, place, kind.BackDated))
                {
                    var data = new NodeExporterData(
                        Series, 1, NodeExporterData.UsualIntervalMs, NodeExporterData.UsuallyPunctual);
                    await PeerFeed.SendAsync(filled, data, startMs, Scrapes, ScrapesPerRequest);
                    if (kind.BackDated.Length == 0) await SettleAsync(filled);
                }

                PeerServer server = await PeerServer.StartReadyAsync(kind, place);
                servers.Add(server);
                await SettleAsync(server);
                await MeasureAsync(server, startMs, table);
            }

            long endMs = startMs + (Scrapes * (long)NodeExporterData.UsualIntervalMs);
            await Dashboard.RunAsync(servers, endMs, table);
        }
        finally
        {
            foreach (PeerServer server in servers) await server.DisposeAsync();
        }
    }

    private static async Task MeasureAsync(PeerServer server, long startMs, PeerTable table)
    {
        const double Samples = (double)Series * Scrapes;
        table.Add("bytes a sample, whole directory", server.Kind.Name, server.SizeOf() / Samples);
        (long bytes, double samples) = server.Kind.Name switch
        {
            "Flyball" => (server.SizeOf("metrics/blocks"), await SamplesInBlocksAsync(server, startMs)),
            "Prometheus" => PrometheusBlocks(Path.Combine(server.Folder, "data")),
            _ => (server.SizeOf("data/data"), Samples),
        };
        table.Add("bytes a sample, blocks alone", server.Kind.Name, bytes / samples);
    }

    /// <summary>Blocks end where no later sample is in one.</summary>
    private static async Task<double> SamplesInBlocksAsync(PeerServer server, long startMs)
    {
        using JsonDocument answer = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/status/tsdb/blocks"));
        long endMs = answer.RootElement.GetProperty("data").GetProperty("blocks").EnumerateArray()
            .Max(block => block.GetProperty("maxTime").GetInt64());
        return (endMs - startMs) / (double)NodeExporterData.UsualIntervalMs * Series;
    }

    private static (long Bytes, double Samples) PrometheusBlocks(string data)
    {
        (long bytes, double samples) = (0, 0);
        foreach (string meta in Directory.EnumerateFiles(data, "meta.json", SearchOption.AllDirectories))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(meta));
            samples += document.RootElement.GetProperty("stats").GetProperty("numSamples").GetInt64();
            bytes += new DirectoryInfo(Path.GetDirectoryName(meta)!)
                .EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }

        return (bytes, samples);
    }

    /// <summary>Waits until a server has no compaction left to do.</summary>
    private static async Task SettleAsync(PeerServer server)
    {
        if (server.Kind.Name == "VictoriaMetrics")
        {
            // What it would do by itself within hours.
            foreach (string path in (string[])["/internal/force_flush", "/internal/force_merge"])
                await server.Http.GetStringAsync(path);
        }

        // Prometheus looks once a minute, Flyball four times.
        int quietSeconds = server.Kind.Name == "Prometheus" ? 65 : 20;
        int quiet = 0;
        TimeSpan cpu = server.Cpu;
        while (quiet < quietSeconds)
        {
            await Task.Delay(1_000);
            TimeSpan now = server.Cpu;
            quiet = now - cpu > TimeSpan.FromMilliseconds(150) ? 0 : quiet + 1;
            cpu = now;
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{server.Kind.Name} settled at {server.SizeOf():N0} bytes"));
    }
}
