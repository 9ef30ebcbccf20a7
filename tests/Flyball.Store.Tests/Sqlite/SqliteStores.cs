using Flyball.Base.Work;
using Flyball.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Store.Tests.Sqlite;

/// <summary>Opens SQLite stores as tests need them.</summary>
internal static class SqliteStores
{
    public static SqliteResourceStore Open(
        string directory, TimeProvider? time = null, Func<SqliteStoreOptions, SqliteStoreOptions>? change = null)
    {
        var options = new SqliteStoreOptions { Directory = directory };
        return new SqliteResourceStore(
            change?.Invoke(options) ?? options,
            time ?? TimeProvider.System,
            PoolWorkers.Instance,
            NullLogger<SqliteResourceStore>.Instance);
    }
}
