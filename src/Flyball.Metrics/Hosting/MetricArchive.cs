using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Pushgateway;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Hosting;

/// <summary>Backup and restore of the store of this process and of what was pushed.</summary>
internal sealed class MetricArchive(
    MetricsOptions options, StoreHost host, PushStore pushed, IDisk disk, IWorkers workers, TimeProvider time,
    Random random)
    : IMetricArchive
{
    /// <summary>What stood here before a restore, until the restored store is in place.</summary>
    private string OldDirectory => options.DataDirectory + ".old";

    public async Task WriteAsync(string directory, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using StoreLease lease = host.TryEnter() ?? throw new IOException(host.DescribeAbsence());
        await Backup.WriteAsync(lease.Store, directory);
        pushed.WriteCopy(directory);
    }

    public async Task CheckAsync(string directory, CancellationToken cancellation)
    {
        TimeSeriesOptions settings = StoreSettings.From(options) with
        {
            Directory = directory,
            MaintenanceInterval = TimeSpan.Zero,
        };
        try
        {
            TimeSeriesStore copy = await workers.RunAsync(
                () => TimeSeriesStore.Open(settings, disk, workers, time, random, NullLogger.Instance), cancellation);
            await using (copy)
            {
                if (copy.Recovery.Losses.Count > 0)
                    throw new InvalidDataException($"The metrics in it are damaged: {copy.Recovery.Losses[0]}");
            }

            List<string> damaged = new PushFile(disk, Path.Combine(directory, PushStore.CopyFolder)).ReadAll().Damaged;
            if (damaged.Count > 0)
                throw new InvalidDataException($"The pushed group in {damaged[0]} is damaged.");
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"The metrics in it cannot be read: {e.Message}", e);
        }
    }

    public async Task RestoreAsync(string directory, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await host.ExchangeAsync(() => Exchange(directory));
        pushed.Restored();
    }

    /// <summary>
    /// Finishes or undoes what an earlier process was killed in the middle of; before the store opens.
    /// </summary>
    public static void Recover(string dataDirectory)
    {
        string old = dataDirectory + ".old";
        if (!Directory.Exists(old)) return;
        if (Directory.Exists(dataDirectory)) Directory.Delete(old, recursive: true);
        else Directory.Move(old, dataDirectory);
    }

    private void Exchange(string directory)
    {
        if (Directory.Exists(OldDirectory)) Directory.Delete(OldDirectory, recursive: true);
        Directory.Move(options.DataDirectory, OldDirectory);
        try
        {
            Directory.Move(directory, options.DataDirectory);
        }
        catch (IOException)
        {
            Directory.Move(OldDirectory, options.DataDirectory);
            throw;
        }

        disk.SyncDirectory(Path.GetDirectoryName(options.DataDirectory)!);
        Directory.Delete(OldDirectory, recursive: true);
    }
}
