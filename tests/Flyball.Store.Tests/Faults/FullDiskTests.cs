using System.Diagnostics;
using Flyball.Base.Resources;
using Flyball.Store.Sqlite;
using Flyball.Store.Tests.Sqlite;

namespace Flyball.Store.Tests.Faults;

/// <summary>Disk: full, then not (a small tmpfs).</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_DiskFull_IsUnavailableReadsGoOnAndItRecovers()
    {
        using var mount = TemporaryMount.TryMake("12m");
        if (mount is null) Assert.Skip("Mounting a tmpfs needs root.");
        string ballast = Path.Combine(mount.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[6 * 1024 * 1024], Cancellation);
        string directory = Path.Combine(mount.Path, "store");
        int acknowledged = 0;
        using (var store = SqliteStores.Open(directory))
        {
            CommitResult refused = default;
            for (int i = 0; i < 1_000 && refused.Outcome != CommitOutcome.Unavailable; i++)
            {
                refused = await PutAsync(store, acknowledged);
                if (refused.IsCommitted) acknowledged++;
            }

            Assert.Equal(CommitOutcome.Unavailable, refused.Outcome);
            Assert.Contains("full", refused.Reason, StringComparison.Ordinal);
            Assert.Equal(acknowledged, store.Current.Count("large"));
            Assert.Equal(new Revision(acknowledged), store.Current.Revision);
            Assert.True(acknowledged > 0, "The disk was full from the start: nothing was tested.");
            Assert.Equal(
                acknowledged,
                (await store.ReadAsync(new JournalQuery(JournalTables.Events) { Limit = 10_000 }, Cancellation)).Count);

            File.Delete(ballast);
            for (int i = 0; i < 5; i++)
            {
                CommitResult result = await PutAsync(store, acknowledged);
                Assert.Equal(CommitOutcome.Committed, result.Outcome);
                Assert.Equal(new Revision(++acknowledged), result.Revision);
            }
        }

        using var again = SqliteStores.Open(directory);
        Assert.Equal(acknowledged, again.Current.Count("large"));
        Assert.Equal(new Revision(acknowledged), again.Current.Revision);
    }

    [Fact]
    public async Task Backup_DiskFull_FailsPlainlyAndLeavesNothing()
    {
        using var mount = TemporaryMount.TryMake("1m");
        if (mount is null) Assert.Skip("Mounting a tmpfs needs root.");
        using var directory = new TemporaryDirectory();
        using var store = SqliteStores.Open(directory.Path);
        for (int i = 0; i < 40; i++) await PutAsync(store, i);

        string file = Path.Combine(mount.Path, "backup.db");
        await Assert.ThrowsAsync<IOException>(() => store.BackupAsync(file, Cancellation));
        Assert.Empty(Directory.EnumerateFiles(mount.Path));
        Assert.True((await PutAsync(store, 41)).IsCommitted);
    }

    private static ValueTask<CommitResult> PutAsync(SqliteResourceStore store, int number) => store.CommitAsync(
        new StoreTransaction()
            .Put(new ResourceKey("large", $"{number:D6}"), new byte[50_000])
            .Append(
                new JournalEntry(JournalTables.Events, number, new ResourceKey("large", $"{number}"), new byte[10])),
        Cancellation);

    private sealed class TemporaryMount : IDisposable
    {
        private readonly TemporaryDirectory directory = new();

        public string Path => directory.Path;

        public static TemporaryMount? TryMake(string size)
        {
            var mount = new TemporaryMount();
            if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", mount.Path) == 0) return mount;
            mount.directory.Dispose();
            return null;
        }

        public void Dispose()
        {
            Run("umount", Path);
            directory.Dispose();
        }

        private static int Run(string command, params string[] arguments)
        {
            using Process process =
                Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
