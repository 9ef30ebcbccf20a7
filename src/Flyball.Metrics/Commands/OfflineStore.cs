using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Commands;

/// <summary>
/// The store of a data directory that no server uses at the moment, opened without changing anything unless asked to.
/// </summary>
internal sealed class OfflineStore : IAsyncDisposable
{
    private readonly FileStream? claim;

    private OfflineStore(TimeSeriesStore store, FileStream? claim) => (Store, this.claim) = (store, claim);

    public TimeSeriesStore Store { get; }

    /// <summary>Null, after saying why, when the directory has no store or a server uses it.</summary>
    /// <param name="directory">A server's data directory, or the folder of its metrics, or a snapshot.</param>
    /// <param name="writes">Whether the directory may be changed.</param>
    public static OfflineStore? TryOpen(string directory, bool writes = false)
    {
        string full = Path.GetFullPath(directory);
        string inner = Path.Combine(full, "metrics");
        string folder = Directory.Exists(inner) ? inner : full;
        if (!Directory.Exists(Path.Combine(folder, "blocks")))
        {
            Console.Error.WriteLine($"{directory} holds no metrics.");
            return null;
        }

        FileStream? claim = null;
        try
        {
            claim = Claim(Path.Combine(Path.GetDirectoryName(folder)!, "lock"));
            TimeSeriesStore store = TimeSeriesStore.Open(
                new TimeSeriesOptions { Directory = folder, MaintenanceInterval = TimeSpan.Zero },
                writes ? PhysicalDisk.Instance : new ReadOnlyDisk(PhysicalDisk.Instance), PoolWorkers.Instance,
                    TimeProvider.System, new Seeded(),
                NullLogger.Instance);
            return new OfflineStore(store, claim);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            claim?.Dispose();
            Console.Error.WriteLine(
                $"{directory} cannot be opened: {e.Message} A server that uses it must be stopped.");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        claim?.Dispose();
    }

    /// <summary>Takes the server's own lock, where there is one: files must not change under a reader.</summary>
    private static FileStream? Claim(string file) => File.Exists(file)
        ? new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
        : null;

    /// <summary>Nothing here depends on chance; the store only wants a number to hash with.</summary>
    private sealed class Seeded : Random
    {
        public override long NextInt64() => 1;
    }
}
