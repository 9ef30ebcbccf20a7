using System.Diagnostics;
using Flyball.Base.Resources;
using Flyball.Store.Sqlite;

namespace Flyball.Benchmarks.Store;

/// <summary>Reads of random keys from the newest snapshot, on one thread, while another commits.</summary>
internal static class SnapshotReads
{
    private const int Keys = 10_000;
    private const int Reads = 5_000_000;

    public static async Task RunAsync()
    {
        using var scratch = new ScratchStore();
        ResourceKey[] names =
            [.. Enumerable.Range(0, Keys).Select(i => new ResourceKey("allocation", $"instance-{i:D8}"))];
        foreach (ResourceKey[] chunk in names.Chunk(1_000))
        {
            var transaction = new StoreTransaction();
            foreach (ResourceKey key in chunk) transaction.Put(key, new byte[512]);
            await scratch.Store.CommitAsync(transaction);
        }

        using var stop = new CancellationTokenSource();
        Task writing = WriteAsync(scratch, names, stop.Token);
        Read(scratch.Store, names, Reads / 10);
        var watch = Stopwatch.StartNew();
        long found = Read(scratch.Store, names, Reads);
        double perSecond = Reads / watch.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await writing;
        Console.WriteLine(
            $"{"snapshot reads, one thread",-34} {perSecond,9:N0} reads/s  ({found / 512:N0} found, writer busy)");
    }

    private static long Read(SqliteResourceStore reader, ResourceKey[] names, int count)
    {
        var random = new Random(3);
        long bytes = 0;
        for (int i = 0; i < count; i++) bytes += reader.Current.Find(names[random.Next(Keys)])!.Value.Length;
        return bytes;
    }

    private static async Task WriteAsync(ScratchStore scratch, ResourceKey[] names, CancellationToken stop)
    {
        await Task.Yield();
        for (int i = 0; !stop.IsCancellationRequested; i++)
            await scratch.Store.CommitAsync(
                new StoreTransaction().Put(names[i % Keys], new byte[512]), CancellationToken.None);
    }
}
