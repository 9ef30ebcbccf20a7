namespace Flyball.Benchmarks.Store;

/// <summary>The figures of the store; <c>store [part...]</c> runs some of: writes, reads, watch, settings.</summary>
internal static class StoreBenchmark
{
    public static async Task RunAsync(string[] parts)
    {
        bool All(string part) => parts.Length == 0 || parts.Contains(part);
        if (All("writes"))
        {
            await WriteThroughput.RunAsync("one writer, each write awaited", clients: 1, groupMax: 1);
            await WriteThroughput.RunAsync("128 writers, each write awaited", clients: 128, groupMax: 128);
            await WriteThroughput.RunAsync("saturated, groups of 128", clients: 4_096, groupMax: 128);
            await WriteThroughput.RunAsync("saturated, groups of 2,048", clients: 6_000, groupMax: 2_048);
        }

        if (All("reads")) await SnapshotReads.RunAsync();
        if (All("watch"))
        {
            await WatchLatency.RunInProcessAsync();
            await WatchLatency.RunOverGrpcAsync();
        }

        if (parts.Contains("settings")) await SettingsAsync();
    }

    /// <summary>Why the defaults are what they are.</summary>
    private static async Task SettingsAsync()
    {
        foreach (int pageBytes in (int[])[4_096, 8_192, 16_384])
            await WriteThroughput.RunAsync(
                $"page {pageBytes}", 4_096, 128, options => options with { PageBytes = pageBytes });
        foreach (int pages in (int[])[1_000, 4_000, 8_192, 16_384])
            await WriteThroughput.RunAsync(
                $"checkpoint {pages}", 4_096, 128, options => options with { CheckpointPages = pages });
        foreach (int cacheKiB in (int[])[2_000, 16_384, 65_536])
            await WriteThroughput.RunAsync(
                $"cache {cacheKiB} KiB", 4_096, 128, options => options with { CacheKiB = cacheKiB });
        await WriteThroughput.RunAsync("no compaction", 4_096, 128,
            options => options with { ChangesKept = 100_000_000, ChangesKeptBytes = long.MaxValue });
    }
}
