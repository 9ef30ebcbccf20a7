using System.Text;
using Flyball.Base.Resources;
using Flyball.Store.Sqlite;
using Flyball.Store.Tests.Sqlite;

namespace Flyball.Store.Tests.Faults;

/// <summary>
/// Store: SIGKILL in the middle (one process). What was acknowledged is there, and nothing is there by half.
/// </summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly Random random = new(20_261);

    private string StoreDirectory => directory.File("store");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task WriteLoop_Killed_LosesNoAcknowledgedWriteAndHoldsNoHalfTransaction()
    {
        var acknowledged = new SortedDictionary<int, int>();
        long revision = 0;
        for (int round = 0; round < CrashWriterProcess.Rounds; round++)
        {
            using var writer = new CrashWriterProcess("write", StoreDirectory);
            int lines = random.Next(1, 4_000);
            for (int i = 0; i < lines; i++) Note(await writer.ReadLineAsync());
            foreach (string line in await writer.KillAsync())
                if (line.Split(' ').Length == 3) Note(line);

            using var store = SqliteStores.Open(StoreDirectory);
            Assert.True(
                store.Current.Revision.Value >= revision, $"acknowledged {revision}, found {store.Current.Revision}");
            foreach ((int number, int count) in acknowledged)
                Assert.True(Count(store.Current, "a", number) >= count, $"writer {number}: acknowledged {count}");
            AssertWhole(store.Current);
            await AssertLogAgreesAsync(store);
        }

        void Note(string line)
        {
            int[] parts = [.. line.Split(' ').Select(int.Parse)];
            acknowledged[parts[0]] = parts[1];
            revision = Math.Max(revision, parts[2]);
        }
    }

    [Fact]
    public async Task Backup_Killed_LeavesTheStoreAndAWholeBackupOrNone()
    {
        string file = directory.File("backup.db");
        for (int round = 0; round < CrashWriterProcess.Rounds; round++)
        {
            using var writer = new CrashWriterProcess("backup", StoreDirectory, file);
            for (int begins = random.Next(1, 12); begins > 0;)
                if (await writer.ReadLineAsync() == "begin") begins--;
            await writer.KillAsync();

            using var store = SqliteStores.Open(StoreDirectory);
            AssertWhole(store.Current);
            if (!File.Exists(file)) continue;
            using var copyDirectory = new TemporaryDirectory();
            File.Copy(file, copyDirectory.File("store.db"));
            using var copy = SqliteStores.Open(copyDirectory.Path);
            AssertWhole(copy.Current);
        }

        Assert.True(File.Exists(file), "No round finished a backup: nothing was tested.");
    }

    [Fact]
    public async Task Restore_Killed_LeavesTheOldStateOrTheRestoredOneWhole()
    {
        string file = directory.File("backup.db");
        using (var store = SqliteStores.Open(StoreDirectory))
        {
            var transaction = new StoreTransaction();
            for (int i = 0; i < 100; i++) transaction.Put(new ResourceKey("marked", $"{i:D3}"), "original"u8.ToArray());
            await store.CommitAsync(transaction, TestContext.Current.CancellationToken);
            await store.BackupAsync(file, TestContext.Current.CancellationToken);
        }

        SortedSet<string> found = [];
        for (int round = 0; round < CrashWriterProcess.Rounds; round++)
        {
            using var writer = new CrashWriterProcess("restore", StoreDirectory, file);
            for (int lines = random.Next(1, 30); lines > 0; lines--) await writer.ReadLineAsync();
            await writer.KillAsync();

            using var store = SqliteStores.Open(StoreDirectory);
            string[] values =
                [.. store.Current.List("marked").Select(row => Encoding.UTF8.GetString(row.Value.Span)).Distinct()];
            Assert.Equal(100, store.Current.Count("marked"));
            found.Add(Assert.Single(values));
            var next = new StoreTransaction().Put(new ResourceKey("x", "y"), "z"u8.ToArray());
            Assert.True((await store.CommitAsync(next, TestContext.Current.CancellationToken)).IsCommitted);
            Assert.Equal(["store.db", "store.db-shm", "store.db-wal", "store.lock"], Files());
        }

        Assert.NotEmpty(found);
    }

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(StoreDirectory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    private static int Count(ResourceSnapshot snapshot, string kind, int writer) =>
        snapshot.Find(new ResourceKey(kind, $"{writer:D3}")) is { } row
            ? int.Parse(Encoding.UTF8.GetString(row.Value.Span)) : 0;

    private static void AssertWhole(ResourceSnapshot snapshot)
    {
        for (int writer = 0; writer < 8; writer++)
        {
            int count = Count(snapshot, "a", writer);
            Assert.Equal((count, count), (Count(snapshot, "b", writer), Count(snapshot, "c", writer)));
        }
    }

    /// <summary>
    /// The log holds whole transactions without gaps up to the newest, and the journal as many rows as were committed.
    /// </summary>
    private static async Task AssertLogAgreesAsync(SqliteResourceStore store)
    {
        long from = Math.Max(0, store.Current.Revision.Value - 500);
        long expected = from;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await foreach (ChangeBatch batch in store.WatchAsync([], new Revision(from), cancellation))
        {
            Assert.False(batch.Compacted);
            foreach (var transaction in batch.Changes.GroupBy(change => change.Revision.Value))
            {
                Assert.Equal(++expected, transaction.Key);
                Assert.Equal(["a", "b", "c"], transaction.Select(change => change.Key.Kind));
                Assert.Single(
                    transaction.Select(change => Encoding.UTF8.GetString(change.Current!.Value.Span)).Distinct());
            }

            if (batch.Through == store.Current.Revision) break;
        }

        Assert.Equal(store.Current.Revision.Value, expected);
        var query = new JournalQuery(JournalTables.Events) { Newest = true, Limit = 1, SubjectName = "000" };
        JournalRow last = Assert.Single(await store.ReadAsync(query));
        Assert.Equal(Count(store.Current, "a", 0), last.Entry.AtUnixMs);
    }
}
