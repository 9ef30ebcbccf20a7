using System.Text;
using Flyball.Base.Resources;
using Flyball.Store.Sqlite;

namespace Flyball.Store.Tests.Sqlite;

public sealed class BackupTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly SqliteResourceStore store;

    public BackupTests() => store = SqliteStores.Open(directory.File("store"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Backup => directory.File("backup.db");

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Backup_WhileWriting_HoldsOneMomentsState()
    {
        using var stop = new CancellationTokenSource();
        Task writing = WriteAsync(stop.Token);
        for (int i = 0; i < 5; i++) await store.BackupAsync(Backup, Cancellation);
        await stop.CancelAsync();
        await writing;

        using var copyDirectory = new TemporaryDirectory();
        File.Copy(Backup, copyDirectory.File("store.db"));
        using SqliteResourceStore copy = SqliteStores.Open(copyDirectory.Path);
        Assert.InRange(copy.Current.Revision.Value, 1, store.Current.Revision.Value);
        Assert.Equal(Text(copy.Current, "a"), Text(copy.Current, "b"));
        Assert.Equal([Backup], Directory.EnumerateFiles(directory.Path));
    }

    [Fact]
    public async Task Restore_WhileRunning_HasTheOldContentAndNewRevisions()
    {
        await PutAsync("a", "old");
        await store.BackupAsync(Backup, Cancellation);
        await PutAsync("a", "new");
        await PutAsync("b", "new");
        await store.RestoreAsync(Backup, Cancellation);

        Assert.Equal("old", Text(store.Current, "a"));
        Assert.Null(store.Current.Find(new ResourceKey("route", "b")));
        // No revision may name two contents: those of the old history are not used again.
        Assert.Equal(new Revision(4), store.Current.Revision);
        Assert.Equal(new Revision(5), await PutAsync("c", "after"));

        store.Dispose();
        using SqliteResourceStore again = SqliteStores.Open(directory.File("store"));
        Assert.Equal("old", Text(again.Current, "a"));
        Assert.Equal("after", Text(again.Current, "c"));
    }

    [Fact]
    public async Task Restore_WatchesThatWereOpen_ListAgain()
    {
        await PutAsync("a", "old");
        await store.BackupAsync(Backup, Cancellation);
        await PutAsync("a", "new");
        await using IAsyncEnumerator<ChangeBatch> watch =
            store.WatchAsync(["route"], new Revision(2), Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = watch.MoveNextAsync();
        await store.RestoreAsync(Backup, Cancellation);

        Assert.True(await next);
        Assert.True(watch.Current.Compacted);
        Assert.Equal("old", Text(store.Current, "a"));
    }

    [Fact]
    public async Task Restore_LeaseInTheBackup_IsNotHeldAgain()
    {
        LeaseEpoch kept = (await store.AcquireAsync("scheduler", "a", TimeSpan.FromMinutes(1), Cancellation))!.Value;
        await PutAsync("a", "old");
        await store.BackupAsync(Backup, Cancellation);
        await store.RestoreAsync(Backup, Cancellation);

        CommitResult result = await store.CommitAsync(Put("a", "late").Under(kept), Cancellation);
        Assert.Equal(CommitOutcome.LeaseLost, result.Outcome);
        Assert.NotNull(await store.AcquireAsync("scheduler", "b", TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task Restore_LeaseFromBefore_NoLongerWritesAndItsEpochIsNotGivenAgain()
    {
        await PutAsync("a", "old");
        await store.BackupAsync(Backup, Cancellation);
        LeaseEpoch before = (await store.AcquireAsync("scheduler", "a", TimeSpan.FromMinutes(1), Cancellation))!.Value;
        await store.RestoreAsync(Backup, Cancellation);

        CommitResult result = await store.CommitAsync(Put("a", "late").Under(before), Cancellation);
        Assert.Equal(CommitOutcome.LeaseLost, result.Outcome);
        LeaseEpoch after = (await store.AcquireAsync("scheduler", "b", TimeSpan.FromMinutes(1), Cancellation))!.Value;
        Assert.True(after.Epoch > before.Epoch);
    }

    [Fact]
    public async Task Restore_DamagedBackup_ChangesNothing()
    {
        await PutAsync("a", "kept");
        await store.BackupAsync(Backup, Cancellation);
        byte[] bytes = await File.ReadAllBytesAsync(Backup, Cancellation);
        await File.WriteAllBytesAsync(Backup, bytes[..(bytes.Length / 2)], Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.RestoreAsync(Backup, Cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => store.RestoreAsync(directory.File("absent"), Cancellation));
        Assert.Equal("kept", Text(store.Current, "a"));
        Assert.Equal(new Revision(2), await PutAsync("b", "goes on"));
    }

    [Fact]
    public async Task Restore_WhileWriting_EveryAcknowledgedWriteAfterwardsIsThere()
    {
        await PutAsync("a", "0");
        await store.BackupAsync(Backup, Cancellation);
        using var stop = new CancellationTokenSource();
        Task writing = WriteAsync(stop.Token);
        for (int i = 0; i < 3; i++) await store.RestoreAsync(Backup, Cancellation);
        await stop.CancelAsync();
        await writing;
        Revision last = await PutAsync("last", "x");

        store.Dispose();
        using SqliteResourceStore again = SqliteStores.Open(directory.File("store"));
        Assert.Equal(last, again.Current.Revision);
        Assert.Equal("x", Text(again.Current, "last"));
    }

    [Fact]
    public async Task Open_RestoreWasComplete_IsFinished()
    {
        await PutAsync("a", "old");
        await store.BackupAsync(Backup, Cancellation);
        for (int i = 0; i < 50; i++) await PutAsync($"new {i}", "new");
        // As if killed after the rename that makes a restore stand: the old database and its log are still there.
        using var killed = new TemporaryDirectory();
        foreach (string file in (string[])["store.db", "store.db-wal"])
            File.Copy(Path.Combine(directory.File("store"), file), killed.File(file));
        File.Copy(Backup, killed.File("store.restore-ready"));
        using SqliteResourceStore again = SqliteStores.Open(killed.Path);

        Assert.Equal(["a"], again.Current.All().Select(row => row.Key.Name));
        Assert.Equal("old", Text(again.Current, "a"));
        Assert.False(File.Exists(killed.File("store.restore-ready")));
    }

    [Fact]
    public async Task Open_RestoreWasNotComplete_IsForgotten()
    {
        await PutAsync("a", "new");
        store.Dispose();
        string staged = Path.Combine(directory.File("store"), "store.restore-staged");
        await File.WriteAllTextAsync(staged, "half", Cancellation);
        using SqliteResourceStore again = SqliteStores.Open(directory.File("store"));

        Assert.Equal("new", Text(again.Current, "a"));
        Assert.False(File.Exists(staged));
    }

    private static StoreTransaction Put(string name, string value) =>
        new StoreTransaction().Put(new ResourceKey("route", name), Encoding.UTF8.GetBytes(value));

    private static string? Text(ResourceSnapshot snapshot, string name) =>
        snapshot.Find(new ResourceKey("route", name)) is { } row ? Encoding.UTF8.GetString(row.Value.Span) : null;

    private async Task<Revision> PutAsync(string name, string value)
    {
        CommitResult result = await store.CommitAsync(Put(name, value), Cancellation);
        Assert.True(result.IsCommitted, result.Reason);
        return result.Revision;
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            byte[] value = Encoding.UTF8.GetBytes($"{i}");
            CommitResult result = await store.CommitAsync(
                new StoreTransaction().Put(new ResourceKey("route", "a"), value).Put(
                    new ResourceKey("route", "b"), value), CancellationToken.None);
            Assert.True(result.IsCommitted, result.Reason);
        }
    }
}
