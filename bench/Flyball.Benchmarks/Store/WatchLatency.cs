using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Transport;
using Flyball.Store;
using Flyball.Store.Remote;
using HdrHistogram;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Benchmarks.Store;

/// <summary>
/// From calling CommitAsync, so with queueing and fsync, until a watch yields the change. The value carries the time.
/// </summary>
internal static class WatchLatency
{
    private const int Commits = 20_000;

    public static async Task RunInProcessAsync()
    {
        using var scratch = new ScratchStore();
        await MeasureAsync("commit to watch, in process", scratch, scratch.Store, Commits);
    }

    /// <summary>
    /// A reader at the other end of gRPC over loopback; the same process, so that both read one clock.
    /// </summary>
    public static async Task RunOverGrpcAsync()
    {
        using var scratch = new ScratchStore();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new WatchHandler(scratch.Store, TimeProvider.System, []));
        await using WebApplication server = builder.Build();
        server.MapGrpcService<StoreWatchService>();
        await server.StartAsync();

        using var transport = new GrpcTransport(new Uri(server.Urls.Single()), token: null);
        string file = Path.Combine(Path.GetTempPath(), $"flyball-bench-{Environment.ProcessId}");
        using var reader = new RemoteResourceReader(
            new RemoteReaderOptions { File = file },
            transport,
            PhysicalDisk.Instance,
            PoolWorkers.Instance,
            TimeProvider.System,
            new Random(1),
            NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        Task following = reader.RunAsync(stop.Token);
        await MeasureAsync("commit to watch, over gRPC", scratch, reader, Commits);
        await stop.CancelAsync();
        await following;
        File.Delete(file);
    }

    private static async Task MeasureAsync(string name, ScratchStore scratch, IResourceReader watched, int commits)
    {
        var histogram = new LongHistogram(60_000_000, 3);
        using var stop = new CancellationTokenSource();
        await ReadyAsync(scratch, watched);
        Task watching = WatchAsync(watched, histogram, commits, stop.Token);
        var pace = new Random(5);
        for (int i = 0; i < commits; i++)
        {
            var value = new byte[512];
            BinaryPrimitives.WriteInt64LittleEndian(value, Stopwatch.GetTimestamp());
            await scratch.Store.CommitAsync(
                new StoreTransaction().Put(new ResourceKey("endpoint", $"e{pace.Next(1_000)}"), value));
        }

        await watching;
        Console.WriteLine(
            $"{name,-34} p50 {histogram.GetValueAtPercentile(50) / 1_000.0:F2}"
            + $"  p99 {histogram.GetValueAtPercentile(99) / 1_000.0:F2}"
            + $"  max {histogram.GetMaxValue() / 1_000.0:F2} ms  ({commits:N0} commits, one after another)");
    }

    /// <summary>Until the reader has the store's state: measured is following, not catching up.</summary>
    private static async Task ReadyAsync(ScratchStore scratch, IResourceReader watched)
    {
        CommitResult first = await scratch.Store.CommitAsync(
            new StoreTransaction().Put(new ResourceKey("endpoint", "first"), new byte[8]));
        while (watched.Current.Revision < first.Revision) await Task.Delay(10);
    }

    private static async Task WatchAsync(
        IResourceReader watched, LongHistogram histogram, int commits, CancellationToken stop)
    {
        int seen = 0;
        await foreach (ChangeBatch batch in watched.WatchAsync(["endpoint"], watched.Current.Revision, stop))
        {
            foreach (ResourceChange change in batch.Changes)
            {
                long at = BinaryPrimitives.ReadInt64LittleEndian(change.Current!.Value.Span);
                histogram.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(at).TotalMicroseconds));
                seen++;
            }

            if (seen >= commits) return;
        }
    }
}
