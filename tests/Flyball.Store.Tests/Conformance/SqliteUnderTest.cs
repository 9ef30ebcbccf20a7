using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Store.Tests.Conformance;

/// <summary>The SQLite store in a directory of its own.</summary>
public sealed class SqliteUnderTest : IStoreUnderTest
{
    private readonly TemporaryDirectory directory = new();
    private readonly List<IDisposable> open = [];

    public IResourceStore Open(TimeProvider time, StoreLimits limits)
    {
        var options = new SqliteStoreOptions { Directory = directory.Path, Limits = limits };
        var store =
            new SqliteResourceStore(options, time, PoolWorkers.Instance, NullLogger<SqliteResourceStore>.Instance);
        open.Add(store);
        return store;
    }

    public void Dispose()
    {
        foreach (IDisposable store in open) store.Dispose();
        directory.Dispose();
    }
}
