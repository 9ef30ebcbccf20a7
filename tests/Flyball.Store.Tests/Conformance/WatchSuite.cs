using Flyball.Base.Resources;

namespace Flyball.Store.Tests.Conformance;

public abstract class WatchSuite<T> : ConformanceSuite<T>
    where T : IStoreUnderTest, new()
{
    protected override StoreLimits Limits { get; } = new() { RecentChangesMax = 32, WatchBatchMax = 8 };

    [Fact]
    public async Task Watch_FromTheStart_YieldsEveryChangeInOrder()
    {
        for (int i = 0; i < 10; i++) await PutAsync($"r{i}");
        List<ResourceChange> seen = await ReadAsync([], Revision.None, count: 10);

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), seen.Select(change => change.Revision.Value));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"r{i}"), seen.Select(change => change.Key.Name));
    }

    [Fact]
    public async Task Watch_WaitsForACommit_ThenYieldsIt()
    {
        await PutAsync("a");
        await using IAsyncEnumerator<ChangeBatch> watch = Watch(["route"], Store.Current.Revision);
        ValueTask<bool> next = watch.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await PutAsync("b", "new");

        Assert.True(await next);
        ResourceChange change = Assert.Single(watch.Current.Changes);
        Assert.Equal((Key("b"), new Revision(2)), (change.Key, change.Revision));
        Assert.Equal(new Revision(2), watch.Current.Through);
    }

    [Fact]
    public async Task Watch_Batch_IsInTheSnapshotByThen()
    {
        await using IAsyncEnumerator<ChangeBatch> watch = Watch([], Revision.None);
        for (int i = 0; i < 50; i++)
        {
            ValueTask<bool> next = watch.MoveNextAsync();
            ValueTask<CommitResult> commit =
                Store.CommitAsync(new StoreTransaction().Put(Key($"r{i}"), Value("v")), Cancellation);
            Assert.True(await next);
            Assert.True(Store.Current.Revision >= watch.Current.Through);
            Assert.NotNull(Store.Current.Find(watch.Current.Changes[0].Key));
            await commit;
        }
    }

    [Fact]
    public async Task Watch_OtherKinds_AreLeftOut()
    {
        for (int i = 0; i < 20; i++) await PutAsync($"r{i}", kind: i % 5 == 0 ? "node" : "route");
        List<ResourceChange> seen = await ReadAsync(["node"], Revision.None, count: 4);

        Assert.Equal(["r0", "r5", "r10", "r15"], seen.Select(change => change.Key.Name));
    }

    [Fact]
    public async Task Watch_AnotherKindChanges_DoesNotWake()
    {
        await using IAsyncEnumerator<ChangeBatch> watch = Watch(["node"], Revision.None);
        ValueTask<bool> next = watch.MoveNextAsync();
        for (int i = 0; i < 100; i++) await PutAsync($"r{i}");
        Assert.False(next.IsCompleted);

        await PutAsync("n", kind: "node");
        Assert.True(await next);
        Assert.Equal("n", Assert.Single(watch.Current.Changes).Key.Name);
        Assert.False(watch.Current.Compacted);
    }

    [Fact]
    public async Task Watch_Delete_IsYieldedAsOne()
    {
        await PutAsync("a");
        await Store.CommitAsync(new StoreTransaction().Delete(Key("a")), Cancellation);
        List<ResourceChange> seen = await ReadAsync([], Revision.None, count: 2);

        Assert.False(seen[0].IsDelete);
        Assert.True(seen[1].IsDelete);
        Assert.Equal(new Revision(2), seen[1].Revision);
    }

    [Fact]
    public async Task Watch_LargeTransactions_AreNeverSplit()
    {
        for (int t = 0; t < 6; t++)
        {
            var transaction = new StoreTransaction();
            for (int i = 0; i < 7; i++) transaction.Put(Key($"r{t}-{i}"), Value("v"));
            await Store.CommitAsync(transaction, Cancellation);
        }

        await using IAsyncEnumerator<ChangeBatch> watch = Watch([], Revision.None);
        int seen = 0;
        while (seen < 42)
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(0, watch.Current.Changes.Count % 7);
            Assert.Equal(watch.Current.Through, watch.Current.Changes[^1].Revision);
            seen += watch.Current.Changes.Count;
        }
    }

    [Fact]
    public async Task Watch_FarBehindWhatIsInMemory_ReadsTheLog()
    {
        for (int i = 0; i < 200; i++) await PutAsync($"r{i}");
        List<ResourceChange> seen = await ReadAsync([], new Revision(20), count: 180);

        Assert.Equal(Enumerable.Range(21, 180).Select(i => (long)i), seen.Select(change => change.Revision.Value));
    }

    [Fact]
    public async Task Watch_BehindTheCompaction_IsToldAndGoesOn()
    {
        for (int i = 0; i < 20; i++) await PutAsync($"r{i}");
        await Store.CompactAsync(new Revision(15), Cancellation);

        await using IAsyncEnumerator<ChangeBatch> watch = Watch([], new Revision(10));
        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.Compacted);
        Assert.Empty(watch.Current.Changes);
        Assert.Equal(new Revision(20), watch.Current.Through);

        await PutAsync("after");
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("after", Assert.Single(watch.Current.Changes).Key.Name);
    }

    [Fact]
    public async Task Watch_AtTheCompaction_IsServed()
    {
        for (int i = 0; i < 20; i++) await PutAsync($"r{i}");
        await Store.CompactAsync(new Revision(15), Cancellation);
        List<ResourceChange> seen = await ReadAsync([], new Revision(15), count: 5);

        Assert.Equal([16L, 17, 18, 19, 20], seen.Select(change => change.Revision.Value));
    }

    [Fact]
    public async Task Compact_BeyondTheNewest_KeepsTheStoreUsable()
    {
        await PutAsync("a");
        await Store.CompactAsync(new Revision(1_000), Cancellation);

        Assert.Equal(new Revision(2), await PutAsync("b"));
        Assert.Equal(["b"], (await ReadAsync([], new Revision(1), count: 1)).Select(change => change.Key.Name));
    }

    [Fact]
    public async Task Watch_FromAFutureRevision_ListsAgain()
    {
        await PutAsync("a");
        await using IAsyncEnumerator<ChangeBatch> watch = Watch([], new Revision(50));

        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.Compacted);
    }

    [Fact]
    public async Task Watch_Cancelled_EndsByException()
    {
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<ChangeBatch> watch =
            Store.WatchAsync([], Revision.None, stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> next = watch.MoveNextAsync();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Watch_ConcurrentWritersAndSlowReaders_EachSeesEveryChangeOnce()
    {
        Task<List<long>>[] readers = [.. Enumerable.Range(0, 3).Select(SeenAsync)];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (int i = 0; i < 100; i++) await PutAsync($"w{writer}-{i}");
        }));

        foreach (List<long> seen in await Task.WhenAll(readers))
            Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), seen);

        async Task<List<long>> SeenAsync(int reader)
        {
            List<long> seen = [];
            await foreach (ChangeBatch batch in Store.WatchAsync([], Revision.None, Cancellation))
            {
                seen.AddRange(batch.Changes.Select(change => change.Revision.Value));
                if (seen.Count >= 400) break;
                // Readers of different speeds: some fall out of what is in memory.
                for (int i = 0; i < reader * 3; i++) await Task.Yield();
            }

            return seen;
        }
    }

    private IAsyncEnumerator<ChangeBatch> Watch(string[] kinds, Revision after) =>
        Store.WatchAsync(kinds, after, Cancellation).GetAsyncEnumerator(Cancellation);

    private async Task<List<ResourceChange>> ReadAsync(string[] kinds, Revision after, int count)
    {
        List<ResourceChange> seen = [];
        await foreach (ChangeBatch batch in Store.WatchAsync(kinds, after, Cancellation))
        {
            Assert.False(batch.Compacted);
            seen.AddRange(batch.Changes);
            if (seen.Count >= count) break;
        }

        Assert.Equal(count, seen.Count);
        return seen;
    }
}
