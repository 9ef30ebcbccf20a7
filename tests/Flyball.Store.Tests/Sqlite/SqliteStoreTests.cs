using Flyball.Base.Resources;
using Flyball.Store.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Sqlite;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Open_Again_HasEverything()
    {
        using (SqliteResourceStore store = Open())
        {
            await PutAsync(store, "a", "1");
            await PutAsync(store, "b", "2");
            await store.CommitAsync(new StoreTransaction().Delete(Key("a")), Cancellation);
            await store.CommitAsync(new StoreTransaction().Append(
                new JournalEntry(JournalTables.Audit, 5, Key("b"), new byte[3])), Cancellation);
        }

        using SqliteResourceStore again = Open();
        Assert.Equal(new Revision(3), again.Current.Revision);
        Assert.Equal([(Key("b"), new Revision(2))], again.Current.All().Select(row => (row.Key, row.Revision)));
        Assert.Single(await again.ReadAsync(new JournalQuery(JournalTables.Audit), Cancellation));
        Assert.Equal(new Revision(4), await PutAsync(again, "c"));
        List<long> log = [];
        await foreach (ChangeBatch batch in again.WatchAsync([], Revision.None, Cancellation))
        {
            log.AddRange(batch.Changes.Select(change => change.Revision.Value));
            if (log.Count >= 4) break;
        }

        Assert.Equal([1L, 2, 3, 4], log);
    }

    [Fact]
    public async Task Open_Again_LeasesOfBeforeAreFreeAtOnceAndEpochsGoOn()
    {
        LeaseEpoch first;
        using (SqliteResourceStore store = Open())
            first = (await store.AcquireAsync("scheduler", "a", TimeSpan.FromSeconds(10), Cancellation))!.Value;

        using SqliteResourceStore again = Open();
        LeaseEpoch? second = await again.AcquireAsync("scheduler", "b", TimeSpan.FromSeconds(10), Cancellation);

        Assert.True(second!.Value.Epoch > first.Epoch);
        CommitResult fenced = await again.CommitAsync(
            new StoreTransaction().Put(Key("late"), "1"u8.ToArray()).Under(first), Cancellation);
        Assert.Equal(CommitOutcome.LeaseLost, fenced.Outcome);
    }

    [Fact]
    public void Open_WhileOpen_IsRefused()
    {
        using SqliteResourceStore store = Open();

        IOException error = Assert.Throws<IOException>(() => Open());
        Assert.Contains("another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerFormat_IsRefusedAndUntouched()
    {
        using (SqliteResourceStore store = Open()) await PutAsync(store, "a");
        Sql("PRAGMA user_version = 2");
        byte[] before = await File.ReadAllBytesAsync(Database, Cancellation);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Open());
        Assert.StartsWith("FATAL: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("format 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Cancellation));
    }

    [Fact]
    public void Open_AnotherProgramsDatabase_IsRefused()
    {
        Sql("CREATE TABLE theirs(a)");

        Assert.Contains(
            "not a store", Assert.Throws<InvalidDataException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoDatabaseAtAll_IsRefused()
    {
        await File.WriteAllTextAsync(Database, new string('x', 10_000), Cancellation);

        Assert.StartsWith(
            "FATAL: ", Assert.Throws<InvalidDataException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DamagedPages_IsRefused()
    {
        using (SqliteResourceStore store = Open())
            for (int i = 0; i < 500; i++) await PutAsync(store, $"r{i}", new string('v', 200));
        await using (FileStream file = File.OpenWrite(Database))
        {
            // Past the schema: the tree pages of the tables.
            file.Position = 4_096 * 20;
            await file.WriteAsync(new byte[4_096 * 4], Cancellation);
        }

        Assert.StartsWith(
            "FATAL: ", Assert.Throws<InvalidDataException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ChangeLogWithoutItsEnd_IsRefused()
    {
        using (SqliteResourceStore store = Open())
            for (int i = 0; i < 5; i++) await PutAsync(store, $"r{i}");
        Sql("DELETE FROM changes WHERE revision = 5");

        Assert.Contains("change log ends at 4", Assert.Throws<InvalidDataException>(
            () => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_MoreChangesThanKept_LogAndFileStayBounded()
    {
        using SqliteResourceStore store =
            Open(options => options with { ChangesKept = 200, CheckpointPages = 64, CheckpointPagesMax = 512 });
        for (int i = 0; i < 3_000; i++) await PutAsync(store, $"r{i % 10}", new string('v', 500));

        Assert.InRange(Scalar("SELECT count(*) FROM changes"), 200, 200 + 256);
        // 10 resources and 456 changes of 500 bytes are under 100 pages; without compaction there would be 400 and
        // more.
        Assert.InRange(new FileInfo(Database).Length, 1, 200 * 4_096);
        Assert.InRange(new FileInfo(Database + "-wal").Length, 1, 520 * 4_120);

        await using IAsyncEnumerator<ChangeBatch> watch =
            store.WatchAsync([], new Revision(2_990), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(10, watch.Current.Changes.Count);
    }

    [Fact]
    public async Task Watch_FromBehindTheAutomaticCompaction_ListsAgain()
    {
        using SqliteResourceStore store = Open(options => options with
        {
            ChangesKept = 100, Limits = new StoreLimits { RecentChangesMax = 10 },
        });
        for (int i = 0; i < 1_000; i++) await PutAsync(store, $"r{i}");

        await using IAsyncEnumerator<ChangeBatch> watch =
            store.WatchAsync([], new Revision(100), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.Compacted);
    }

    [Fact]
    public async Task Commit_ValuesBeyondTheLogsBytes_AreCompacted()
    {
        using SqliteResourceStore store = Open(options => options with { ChangesKeptBytes = 100_000 });
        for (int i = 0; i < 300; i++) await PutAsync(store, "a", new string('v', 5_000));

        Assert.InRange(Scalar("SELECT sum(length(value)) FROM changes"), 5_000, 110_000);
    }

    [Fact]
    public async Task Housekeeping_OldJournalRows_AreDropped()
    {
        using SqliteResourceStore store =
            Open(options => options with { JournalKept = TimeSpan.FromDays(7), JournalRowsKept = 50 });
        await AppendAsync(store, JournalTables.Events, time.GetUtcNow() - TimeSpan.FromDays(8));
        await AppendAsync(store, JournalTables.Events, time.GetUtcNow() - TimeSpan.FromDays(6));
        for (int i = 0; i < 80; i++) await AppendAsync(store, JournalTables.Decisions, time.GetUtcNow());

        time.Advance(TimeSpan.FromMinutes(1));
        // The sweep goes through the writer's queue before this commit does.
        await PutAsync(store, "a");
        await PutAsync(store, "a");

        Assert.Single(await store.ReadAsync(new JournalQuery(JournalTables.Events), Cancellation));
        Assert.Equal(50, (await store.ReadAsync(new JournalQuery(JournalTables.Decisions), Cancellation)).Count);
    }

    [Fact]
    public async Task Commit_QueueFull_IsRefusedByName()
    {
        using SqliteResourceStore store =
            Open(options => options with { QueueTransactionsMax = 3, BusyTimeout = TimeSpan.FromSeconds(30) });
        await PutAsync(store, "a");
        Task<CommitResult>[] waiting;
        using (var shell = OpenShell())
        {
            // The writer waits for the shell's lock with one group in hand; three more fill the queue.
            await shell.ExecuteAsync("BEGIN IMMEDIATE");
            Task<CommitResult> first = store.CommitAsync(Put("first"), Cancellation).AsTask();
            List<Task<CommitResult>> all = [first];
            CommitResult? refused = null;
            while (refused is null)
            {
                Task<CommitResult> next = store.CommitAsync(Put("next"), Cancellation).AsTask();
                if (next.IsCompleted) refused = await next;
                else all.Add(next);
            }

            Assert.Equal(CommitOutcome.Refused, refused.Value.Outcome);
            Assert.StartsWith("QueueTransactionsMax: ", refused.Value.Reason, StringComparison.Ordinal);
            Assert.InRange(all.Count, 3, 7);
            waiting = [.. all];
            await shell.ExecuteAsync("ROLLBACK");
        }

        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.IsCommitted));
    }

    [Fact]
    public async Task Commit_AnotherProcessHoldsTheDatabase_IsUnavailableThenRecovers()
    {
        using SqliteResourceStore store = Open(options => options with { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        await PutAsync(store, "a", "before");
        using (var shell = OpenShell())
        {
            await shell.ExecuteAsync("BEGIN IMMEDIATE");
            CommitResult result = await store.CommitAsync(Put("a", "during"), Cancellation);
            Assert.Equal((CommitOutcome.Unavailable, new Revision(1)), (result.Outcome, result.Revision));
            Assert.Equal("before"u8.ToArray(), store.Current.Find(Key("a"))!.Value.ToArray());
        }

        Assert.Equal(new Revision(2), await PutAsync(store, "a", "after"));
    }

    [Fact]
    public async Task Acquire_CannotBeWritten_IsNotHeld()
    {
        using SqliteResourceStore store = Open(options => options with { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        using (var shell = OpenShell())
        {
            await shell.ExecuteAsync("BEGIN IMMEDIATE");
            Assert.Null(await store.AcquireAsync("scheduler", "a", TimeSpan.FromMinutes(1), Cancellation));
        }

        Assert.NotNull(await store.AcquireAsync("scheduler", "b", TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task Open_WithASmallerBound_CatchesUpWithinAFewCommits()
    {
        using (SqliteResourceStore store = Open())
        {
            for (int i = 0; i < 200; i++)
            {
                var transaction = new StoreTransaction();
                for (int key = 0; key < 10; key++) transaction.Put(Key($"{key}"), new byte[10]);
                await store.CommitAsync(transaction, Cancellation);
            }
        }

        using SqliteResourceStore again = Open(options => options with { ChangesKept = 100 });
        for (int i = 0; i < 10; i++) await PutAsync(again, "a");
        Assert.InRange(Scalar("SELECT count(*) FROM changes"), 90, 110);
    }

    [Fact]
    public async Task Dispose_WithTransactionsWaiting_CommitsThem()
    {
        Task<CommitResult>[] commits;
        using (SqliteResourceStore store = Open())
            commits = [.. Enumerable.Range(0, 200).Select(i => store.CommitAsync(Put($"r{i}"), Cancellation).AsTask())];

        Assert.All(await Task.WhenAll(commits), result => Assert.True(result.IsCommitted));
        using SqliteResourceStore again = Open();
        Assert.Equal(200, again.Current.Count("route"));
    }

    [Fact]
    public async Task Commit_AfterDispose_IsTheCallersBug()
    {
        SqliteResourceStore store = Open();
        store.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CommitAsync(Put("a"), Cancellation));
    }

    private string Database => directory.File("store.db");

    private static ResourceKey Key(string name) => new("route", name);

    private static StoreTransaction Put(string name, string value = "v") =>
        new StoreTransaction().Put(Key(name), System.Text.Encoding.UTF8.GetBytes(value));

    private static async Task<Revision> PutAsync(SqliteResourceStore store, string name, string value = "v")
    {
        CommitResult result = await store.CommitAsync(Put(name, value), Cancellation);
        Assert.True(result.IsCommitted, result.Reason);
        return result.Revision;
    }

    private static async Task AppendAsync(SqliteResourceStore store, string table, DateTimeOffset at) =>
        Assert.True((await store.CommitAsync(
            new StoreTransaction().Append(new JournalEntry(
                table, at.ToUnixTimeMilliseconds(), Key("a"), new byte[1])), Cancellation)).IsCommitted);

    private SqliteResourceStore Open(Func<SqliteStoreOptions, SqliteStoreOptions>? change = null) =>
        SqliteStores.Open(directory.Path, time, change);

    private SqliteShell OpenShell() => new(Database);

    private void Sql(string sql)
    {
        using SqliteShell shell = OpenShell();
        shell.ExecuteAsync(sql).GetAwaiter().GetResult();
    }

    private long Scalar(string sql)
    {
        using SqliteShell shell = OpenShell();
        return shell.Scalar(sql);
    }
}
