using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Remote;
using Flyball.Store.Sqlite;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Sqlite;

/// <summary>
/// Data directories of each released format, as they were written then. Made once by
/// <c>Flyball.Store.CrashWriter freeze DIRECTORY</c>; never made anew for a format that was released.
/// </summary>
public sealed class FrozenTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Open_StoreOfFormat1_HasItsContent()
    {
        File.Copy(Frozen("v1", "store.db"), directory.File("store.db"));
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        using SqliteResourceStore store = SqliteStores.Open(directory.Path, time);

        Assert.Equal(new Revision(21), store.Current.Revision);
        Assert.Equal(19, store.Current.Count("route"));
        StoredResource first = store.Current.Find(new ResourceKey("route", "000"))!;
        Assert.Equal(("value 0", new Revision(1)), (Encoding.UTF8.GetString(first.Value.Span), first.Revision));
        Assert.Equal(0, store.Current.Find(new ResourceKey("node", "other", "ü😀"))!.Value.Length);
        Assert.Equal(20, (await store.ReadAsync(new JournalQuery(JournalTables.Decisions), Cancellation)).Count);
        // Whoever held it when the file was written is gone; its epoch is not used again.
        LeaseEpoch? lease = await store.AcquireAsync("scheduler", "server-2", TimeSpan.FromSeconds(1), Cancellation);
        Assert.Equal(2, lease?.Epoch);

        await using IAsyncEnumerator<ChangeBatch> watch =
            store.WatchAsync([], new Revision(10), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(12, watch.Current.Changes.Count);
        await using IAsyncEnumerator<ChangeBatch> before =
            store.WatchAsync([], new Revision(9), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await before.MoveNextAsync());
        Assert.True(before.Current.Compacted);
    }

    [Fact]
    public void Read_KeptSnapshotOfFormat1_HasItsContent()
    {
        KeptSnapshot? kept = new KeptSnapshotFile(
            PhysicalDisk.Instance, Frozen("v1", "kept-snapshot.bin")).Read(1_000_000, out string? problem);

        Assert.Null(problem);
        Assert.Equal(ExpectedSnapshot(), kept);
    }

    private static KeptSnapshot ExpectedSnapshot()
    {
        var snapshot = new KeptSnapshot { History = "0123456789abcdef", Revision = 42, Kinds = { "node", "route" } };
        for (int i = 0; i < 3; i++)
        {
            snapshot.Resources.Add(new WatchedChange
            {
                Kind = "node", Namespace =
                    "default", Name = $"n{i}", Revision = i + 1, Value = ByteString.CopyFromUtf8($"value {i}"),
            });
        }

        return snapshot;
    }

    private static string Frozen(string version, string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Frozen", version, file);
        if (file == "kept-snapshot.bin" && Environment.GetEnvironmentVariable("FLYBALL_FREEZE") == "1")
            new KeptSnapshotFile(PhysicalDisk.Instance, path).Write(ExpectedSnapshot());
        return path;
    }
}
