using Flyball.Base.Resources;
using Flyball.Store.Watching;

namespace Flyball.Store.Tests.Watching;

public sealed class ChangeFeedTests : IDisposable
{
    private readonly StoreMetrics metrics = new();
    private readonly ChangeFeed feed;

    public ChangeFeedTests() => feed = new ChangeFeed(new StoreLimits(), NoChangeLog.Instance, metrics);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => metrics.Dispose();

    [Fact]
    public async Task Publish_AKindNobodyWatches_WakesNobody()
    {
        await using IAsyncEnumerator<ChangeBatch> watch =
            feed.WatchAsync(["node"], Revision.None, Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = watch.MoveNextAsync();
        for (int i = 1; i <= 100; i++) Publish(i, "route");
        Publish(101, "node");

        Assert.True(await next);
        Assert.Equal(1, feed.Wakes);
    }

    [Fact]
    public async Task Publish_WhileTheWatchIsBusy_ComesInOneBatch()
    {
        await using IAsyncEnumerator<ChangeBatch> watch =
            feed.WatchAsync(["node"], Revision.None, Cancellation).GetAsyncEnumerator(Cancellation);
        Publish(1, "node");
        Assert.True(await watch.MoveNextAsync());
        for (int i = 2; i <= 100; i++) Publish(i, "node");

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(99, watch.Current.Changes.Count);
    }

    [Fact]
    public async Task Reset_ToAHigherRevision_IsListedAgainByEveryWatch()
    {
        await using IAsyncEnumerator<ChangeBatch> watch =
            feed.WatchAsync(["node"], Revision.None, Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = watch.MoveNextAsync();
        feed.Reset(ResourceSnapshot.From([], new Revision(50)));

        Assert.True(await next);
        Assert.Equal((new Revision(50), true), (watch.Current.Through, watch.Current.Compacted));
    }

    private void Publish(int revision, string kind)
    {
        var change =
            ResourceChange.Put(new StoredResource(new ResourceKey(kind, "x"), new Revision(revision), new byte[1]));
        feed.Publish(feed.Current.Apply([change], new Revision(revision)), [change]);
    }
}
