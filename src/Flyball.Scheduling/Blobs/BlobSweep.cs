using Flyball.Base.Resources;
using Flyball.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Scheduling.Blobs;

/// <summary>
/// Deletes contents that no workload, no kept version and no documented API names: what was found unused in two sweeps
/// in a row, so that an upload has an hour at least to be applied.
/// </summary>
internal sealed partial class BlobSweep(
    BlobStore blobs, IResourceReader reader, TimeProvider time, ILogger<BlobSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private SortedSet<string> unused = new(StringComparer.Ordinal);

    /// <summary>
    /// Done before any door opens, so that no upload of this run is taken for one that a crash cut off.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await blobs.PrepareAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellation);
            try
            {
                await SweepAsync(cancellation);
            }
            catch (IOException e)
            {
                Log.Failed(logger, e);
            }
        }
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        ResourceSnapshot snapshot = reader.Current;
        var used = new HashSet<string>(
            snapshot.List(Kinds.Workload).Select(row => row.Value.Task)
                .Concat(snapshot.List(Kinds.Version).Select(row => row.Value.Task))
                .Select(task => task.Build?.ContextDigest)
                .Concat(snapshot.List(Kinds.ApiSource).Select(row => row.Value.Digest))
                .Concat(snapshot.List(Kinds.ApiDocument).Select(row => row.Value.Digest))
                .OfType<string>(),
            StringComparer.Ordinal);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string digest in await blobs.ListAsync(cancellation))
        {
            if (used.Contains(digest)) continue;
            if (unused.Contains(digest)) await blobs.DeleteAsync(digest, cancellation);
            else found.Add(digest);
        }

        unused = found;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Warning, "Unused build contexts could not be deleted")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
