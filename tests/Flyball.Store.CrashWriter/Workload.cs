using System.Globalization;
using System.Text;
using Flyball.Base.Resources;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Store.CrashWriter;

/// <summary>What is under way when the process is killed.</summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int Writers = 8;

    private readonly ServiceProvider services;
    private readonly Lock output = new();

    public Workload(string directory)
    {
        var registered = new ServiceCollection();
        registered.AddSqliteStore(new SqliteStoreOptions
        {
            // Small bounds, so that compaction and checkpoints are under way as well.
            Directory = directory, ChangesKept = 3_000, CheckpointPages = 256, CheckpointPagesMax = 2_048,
        });
        services = registered.BuildServiceProvider();
    }

    private IResourceStore Store => services.GetRequiredService<IResourceStore>();

    private IStoreBackup Backups => services.GetRequiredService<IStoreBackup>();

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>
    /// Each writer counts up in three keys at once and prints "writer count revision" when it was acknowledged.
    /// </summary>
    public Task WriteAsync() =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => CountAsync(writer, print: true)));

    public async Task BackupAsync(string file)
    {
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => CountAsync(writer, print: false)));
        for (int i = 0; !writing.IsCompleted; i++)
        {
            Print("begin");
            await Backups.BackupAsync(file);
            Print("end");
        }
    }

    public async Task RestoreAsync(string file)
    {
        for (int i = 0; ; i++)
        {
            // Between restores the store differs from the backup in every one of these keys.
            var transaction = new StoreTransaction();
            for (int key = 0; key < 100; key++) transaction.Put(Key("marked", key), Text($"changed {i}"));
            await Store.CommitAsync(transaction);
            Print("begin");
            await Backups.RestoreAsync(file);
            Print("end");
        }
    }

    public async Task FreezeAsync()
    {
        for (int i = 0; i < 20; i++)
        {
            await Store.CommitAsync(new StoreTransaction()
                .Put(Key("route", i), Text($"value {i}"))
                .Append(new JournalEntry(
                    JournalTables.Decisions, 1_700_000_000_000 + i, Key("route", i), Text($"because {i}"))));
        }

        await Store.CommitAsync(new StoreTransaction()
            .Delete(Key("route", 3)).Put(new ResourceKey("node", "other", "ü😀"), Array.Empty<byte>()));
        await Store.AcquireAsync("scheduler", "server-1", TimeSpan.FromSeconds(30));
        await Store.CompactAsync(new Revision(10));
    }

    private static ResourceKey Key(string kind, int number) =>
        new(kind, number.ToString("D3", CultureInfo.InvariantCulture));

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private async Task CountAsync(int writer, bool print)
    {
        await Task.Yield();
        StoredResource? last = Store.Current.Find(Key("a", writer));
        int count =
            last is null ? 0 : int.Parse(Encoding.UTF8.GetString(last.Value.Span), CultureInfo.InvariantCulture);
        while (true)
        {
            byte[] value = Text((++count).ToString(CultureInfo.InvariantCulture));
            CommitResult result = await Store.CommitAsync(new StoreTransaction()
                .Put(Key("a", writer), value).Put(Key("b", writer), value).Put(Key("c", writer), value)
                .Append(new JournalEntry(JournalTables.Events, count, Key("a", writer), value)));
            if (!result.IsCommitted) throw new InvalidOperationException($"{result.Outcome}: {result.Reason}");
            if (print) Print($"{writer} {count} {result.Revision}");
        }
    }

    private void Print(string line)
    {
        lock (output)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
