using Flyball.Base.Work;
using Flyball.Store;
using Flyball.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Benchmarks.Store;

/// <summary>A store on the real disk, in the working directory, gone afterwards.</summary>
internal sealed class ScratchStore : IDisposable
{
    private readonly string directory = Path.Combine(Directory.GetCurrentDirectory(), "data", "bench-store");

    public ScratchStore(Func<SqliteStoreOptions, SqliteStoreOptions>? change = null)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        var options = new SqliteStoreOptions { Directory = directory };
        Store = new SqliteResourceStore(
            change?.Invoke(options) ?? options,
            TimeProvider.System,
            PoolWorkers.Instance,
            NullLogger<SqliteResourceStore>.Instance);
    }

    public SqliteResourceStore Store { get; }

    public (double Database, double Log) SizeMiB() => (MiB("store.db"), MiB("store.db-wal"));

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private double MiB(string file) => new FileInfo(Path.Combine(directory, file)).Length / 1048576.0;
}
