namespace Flyball.Metrics.Bench.Peers;

/// <summary>Sends requests over several connections at once; what is one scrape arrives before the next.</summary>
internal static class PeerFeed
{
    public static async Task SendAsync(PeerServer server, IEnumerable<byte[]> requests)
    {
        using IEnumerator<byte[]> next = requests.GetEnumerator();
        async Task SendAllAsync()
        {
            while (true)
            {
                byte[] body;
                lock (next)
                {
                    if (!next.MoveNext()) return;
                    body = next.Current;
                }

                await server.WriteAsync(body);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, PeerServer.Connections).Select(_ => Task.Run(SendAllAsync)));
    }

    /// <summary>Sends a span of scrapes, several of a series in each request, which costs every server less.</summary>
    public static async Task SendAsync(
        PeerServer server, NodeExporterData data, long fromMs, int scrapes, int scrapesPerRequest)
    {
        var requests = new RemoteWriteRequests(data);
        for (int scrape = 0; scrape < scrapes; scrape += scrapesPerRequest)
        {
            int count = Math.Min(scrapesPerRequest, scrapes - scrape);
            long atMs = fromMs + (scrape * (long)data.IntervalMs);
            await SendAsync(server, requests.Next(atMs, 2_000 * count, count));
        }
    }
}
