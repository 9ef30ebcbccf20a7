namespace Flyball.Metrics.Bench.Peers;

/// <summary>
/// Processor time of the server for a sample: 10 k series, 2,000 samples a request, 4 connections, one sample a series
/// and request. What the server does in the seconds after the last request counts, too.
/// </summary>
internal static class IngestRow
{
    private const int Series = 10_000;
    private const int WarmUp = 120;
    private const int Measured = 480;

    /// <summary>Short, so that all are within the hour that a server takes by default.</summary>
    private const int IntervalMs = 5_000;

    private static readonly TimeSpan Trail = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(IReadOnlyList<PeerKind> kinds, string folder, PeerTable table)
    {
        long startMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - ((WarmUp + Measured) * (long)IntervalMs);
        var data = new NodeExporterData(Series, 1, IntervalMs, NodeExporterData.UsuallyPunctual);
        var encoder = new RemoteWriteRequests(data);
        List<byte[]>[] scrapes =
        [
            .. Enumerable.Range(0, WarmUp + Measured)
                .Select(scrape => encoder.Next(startMs + (scrape * (long)IntervalMs), 2_000)),
        ];
        foreach (PeerKind kind in kinds)
        {
            await using PeerServer server = await PeerServer.StartReadyAsync(
                kind, Path.Combine(folder, "ingest-" + kind.Name));
            foreach (List<byte[]> scrape in scrapes[..WarmUp]) await PeerFeed.SendAsync(server, scrape);
            await Task.Delay(Trail);
            TimeSpan before = server.Cpu;
            foreach (List<byte[]> scrape in scrapes[WarmUp..]) await PeerFeed.SendAsync(server, scrape);
            await Task.Delay(Trail);
            const double Samples = (double)Series * Measured;
            table.Add("ingestion, µs CPU a sample", kind.Name, (server.Cpu - before).TotalMicroseconds / Samples);
        }
    }
}
