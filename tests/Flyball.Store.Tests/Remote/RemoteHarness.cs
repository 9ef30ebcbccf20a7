using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Store.Remote;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Store.Tests.Remote;

/// <summary>A reader that follows a store for the length of a test.</summary>
internal sealed class RemoteHarness : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private readonly string[] kinds;

    public RemoteHarness(ITransport transport, string file, TimeProvider time, params string[] kinds)
    {
        this.kinds = kinds;
        var options = new RemoteReaderOptions { File = file, Kinds = kinds };
        Reader = new RemoteResourceReader(
            options, transport, PhysicalDisk.Instance, PoolWorkers.Instance, time, new Random(1), NullLogger.Instance);
        running = Reader.RunAsync(stop.Token);
    }

    public RemoteResourceReader Reader { get; }

    public static StoreTransaction Put(string name, string value = "v", string kind = "route") =>
        new StoreTransaction().Put(new ResourceKey(kind, name), Encoding.UTF8.GetBytes(value));

    /// <summary>
    /// Waits until the reader's snapshot is right; the test's own time-out ends a wait for what never comes.
    /// </summary>
    public async Task UntilAsync(Func<ResourceSnapshot, bool> condition)
    {
        // A fresh watch each time: whatever replaced the snapshot, by batch or by list, rings.
        await foreach (ChangeBatch _ in Watch())
            if (condition(Reader.Current)) return;

        async IAsyncEnumerable<ChangeBatch> Watch()
        {
            yield return new ChangeBatch(Reader.Current.Revision, []);
            await foreach (
                ChangeBatch batch in Reader.WatchAsync(kinds, Revision.None, TestContext.Current.CancellationToken))
                yield return batch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        Reader.Dispose();
        stop.Dispose();
    }
}
