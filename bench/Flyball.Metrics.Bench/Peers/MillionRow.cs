using System.Diagnostics;
using System.Globalization;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>
/// A million active series with two hours of samples, one a minute: resident memory, then the time from the start of a
/// new process to its first right answer, after a crash.
/// </summary>
internal static class MillionRow
{
    private const int Series = 1_000_000;
    private const int Scrapes = 120;
    private const int ScrapesPerRequest = 10;
    private const int IntervalMs = 60_000;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(IReadOnlyList<PeerKind> kinds, string folder, PeerTable table)
    {
        foreach (PeerKind kind in kinds)
        {
            string place = Path.Combine(folder, "million-" + kind.Name);
            long startMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (Scrapes * (long)IntervalMs);
            long endMs = startMs + ((Scrapes - 1) * (long)IntervalMs) + IntervalMs;
            await using (PeerServer server = await PeerServer.StartReadyAsync(kind, place, kind.BackDated))
            {
                var data = new NodeExporterData(Series, 1, IntervalMs, NodeExporterData.UsuallyPunctual);
                await PeerFeed.SendAsync(server, data, startMs, Scrapes, ScrapesPerRequest);
                // VictoriaMetrics keeps what it took in the last seconds in memory.
                await Task.Delay(Rest);
                table.Add("1 M series, resident MiB", kind.Name, server.ResidentBytes >> 20);
                table.Add("1 M series, of it not of files", kind.Name, server.AnonymousBytes >> 20);
                table.Add("1 M series, most resident MiB", kind.Name, server.PeakBytes >> 20);
                await AskAsync(server, endMs);
                await server.KillAsync();
            }

            await using (PeerServer again = PeerServer.Start(kind, place, kind.BackDated))
            {
                await AskAsync(again, endMs);
                double seconds = Stopwatch.GetElapsedTime(again.StartedAt).TotalSeconds;
                table.Add("1 M series, 2 h: restart to first answer, s", kind.Name, seconds);
                table.Add("1 M series, 2 h: most resident MiB in it", kind.Name, again.PeakBytes >> 20);
            }

            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>All samples of one series of the last target, so what is read first is not enough.</summary>
    private static Task AskAsync(PeerServer server, long endMs) => server.AnswerAsync(
        "count_over_time(node_metric_96_total{instance=\"node-00999.example.internal:9100\",cpu=\"3\"}[3h])",
        answer => answer.Contains($"\"{Scrapes}\"]", StringComparison.Ordinal),
        (endMs / 1000.0).ToString("F3", CultureInfo.InvariantCulture));
}
