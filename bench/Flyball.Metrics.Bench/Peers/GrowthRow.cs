using System.Diagnostics;
using System.Globalization;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>What a sample, a new series and two queries cost as series grow tenfold.</summary>
internal static class GrowthRow
{
    private const int QueryRounds = 20;

    private static readonly (int Series, int Scrapes, string Name)[] Sizes =
        [(10_000, 200, "10 k"), (100_000, 30, "100 k"), (1_000_000, 8, "1 M")];

    private static readonly (string Query, string Name)[] Queries =
    [
        ("sum by (mode) (rate(node_metric_85_total{instance=\"node-00003.example.internal:9100\"}[2m]))", "one node"),
        ("topk(5, rate(node_metric_85_total[2m]))", "one metric of all nodes"),
    ];

    public static async Task RunAsync(IReadOnlyList<PeerKind> kinds, string folder, PeerTable table)
    {
        foreach ((int series, int scrapes, string name) in Sizes)
        {
            foreach (PeerKind kind in kinds)
            {
                string place = Path.Combine(folder, $"growth-{series}-{kind.Name}");
                await using (PeerServer server = await PeerServer.StartReadyAsync(kind, place))
                    await MeasureAsync(server, series, scrapes, name, table);
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private static async Task MeasureAsync(
        PeerServer server, int series, int scrapes, string name, PeerTable table)
    {
        var data = new NodeExporterData(series, 1, 10_000, NodeExporterData.UsuallyPunctual);
        var requests = new RemoteWriteRequests(data);
        long startMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (scrapes * (long)data.IntervalMs);
        TimeSpan before = server.Cpu;
        await PeerFeed.SendAsync(server, requests.Next(startMs, 2_000, 1));
        TimeSpan created = server.Cpu;
        table.Add($"{name} series: µs CPU a new series", server.Kind.Name,
            (created - before).TotalMicroseconds / series);
        for (int scrape = 1; scrape < scrapes; scrape++)
            await PeerFeed.SendAsync(server, requests.Next(startMs + (scrape * (long)data.IntervalMs), 2_000, 1));
        table.Add($"{name} series: µs CPU a sample", server.Kind.Name,
            (server.Cpu - created).TotalMicroseconds / (series * (scrapes - 1.0)));
        string time = ((startMs + (scrapes * (long)data.IntervalMs)) / 1000.0).ToString(
            "F3", CultureInfo.InvariantCulture);
        foreach ((string query, string what) in Queries)
            table.Add($"{name} series: ms, {what}", server.Kind.Name, await MedianAsync(server, query, time));
    }

    private static async Task<double> MedianAsync(PeerServer server, string query, string time)
    {
        var times = new List<double>();
        await server.AnswerAsync(query, answer => answer.Contains("\"value\"", StringComparison.Ordinal), time);
        string path = $"/api/v1/query?query={Uri.EscapeDataString(query)}&time={time}";
        for (int round = 0; round < QueryRounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = await server.Http.GetByteArrayAsync(path);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[QueryRounds / 2];
    }
}
