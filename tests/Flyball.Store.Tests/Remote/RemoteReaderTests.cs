using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Store.Tests.Remote;

public sealed class RemoteReaderTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly MemoryStore store;
    private readonly BreakableTransport transport;

    public RemoteReaderTests()
    {
        store = new MemoryStore(time, limits: new StoreLimits { RecentChangesMax = 64 });
        transport = new BreakableTransport(new InProcessTransport().HandleStore(store, time, ["certificate"], "token"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => directory.File("snapshot");

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Reader_Connects_HasTheSnapshot()
    {
        for (int i = 0; i < 100; i++) await CommitAsync($"r{i}");
        await using var remote = new RemoteHarness(transport, File, time);

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 100);
        Assert.Equal(100, remote.Reader.Current.Count("route"));
    }

    [Fact]
    public async Task Reader_StoreChanges_Follows()
    {
        await CommitAsync("a", "1");
        await using var remote = new RemoteHarness(transport, File, time);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        await CommitAsync("a", "2");
        await store.CommitAsync(new StoreTransaction().Delete(new ResourceKey("route", "a")), Cancellation);
        await CommitAsync("b", "3");

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 4);
        AssertSame(remote);
    }

    [Fact]
    public async Task Reader_OfSomeKinds_HasThoseOnly()
    {
        await CommitAsync("r");
        await CommitAsync("n", kind: "node");
        await using var remote = new RemoteHarness(transport, File, time, "node");
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 2);
        await CommitAsync("r2");
        await CommitAsync("n2", kind: "node");

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 4);
        Assert.Equal(0, remote.Reader.Current.Count("route"));
        Assert.Equal(2, remote.Reader.Current.Count("node"));
        Assert.Throws<ArgumentException>(() => remote.Reader.WatchAsync(["route"], Revision.None, Cancellation));
    }

    [Fact]
    public async Task Reader_StreamBreaks_KeepsWhatItHasThenCatchesUp()
    {
        await CommitAsync("a");
        await using var remote = new RemoteHarness(transport, File, time);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);

        for (int round = 0; round < 5; round++)
        {
            transport.Cut();
            for (int i = 0; i < 10; i++) await CommitAsync($"r{round}-{i}");
            await AdvanceUntilAsync(() => !remote.Reader.IsConnected);
            Assert.True(remote.Reader.Current.Count("route") >= 1);
            transport.Mend();
            long wanted = store.Current.Revision.Value;
            await AdvanceUntilAsync(() => remote.Reader.Current.Revision.Value == wanted);
            AssertSame(remote);
        }
    }

    [Fact]
    public async Task Reader_AwayForLongerThanTheRing_IsSentWhatItMissed()
    {
        await CommitAsync("a");
        await using var remote = new RemoteHarness(transport, File, time);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        transport.Cut();
        for (int i = 0; i < 300; i++) await CommitAsync($"r{i}");
        await store.CompactAsync(new Revision(250), Cancellation);
        transport.Mend();

        await AdvanceUntilAsync(() => remote.Reader.Current.Revision.Value == 301);
        AssertSame(remote);
    }

    [Fact]
    public async Task Reader_RestartedWhileTheServerIsAway_StartsFromItsDisk()
    {
        await CommitAsync("a", "kept");
        await using (var first = new RemoteHarness(transport, File, time))
            await first.UntilAsync(snapshot => snapshot.Revision.Value == 1);

        transport.Cut();
        await using var second = new RemoteHarness(transport, File, time);
        Assert.Equal(1, second.Reader.Current.Revision.Value);
        AssertSame(second);

        await CommitAsync("b");
        transport.Mend();
        await AdvanceUntilAsync(() => second.Reader.Current.Revision.Value == 2);
        AssertSame(second);
    }

    [Fact]
    public async Task Reader_ManyChanges_WritesItsDiskOnceAnInterval()
    {
        await using var remote = new RemoteHarness(transport, File, time);
        for (int i = 0; i < 50; i++) await CommitAsync($"r{i}");
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 50);
        Assert.False(System.IO.File.Exists(File));

        await AdvanceUntilAsync(() => System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Reader_AnotherStoreWithLowerRevisions_IsListedAgain()
    {
        for (int i = 0; i < 10; i++) await CommitAsync($"r{i}");
        await using var remote = new RemoteHarness(transport, File, time);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 10);
        transport.Cut();

        using var other = new MemoryStore(time);
        await other.CommitAsync(RemoteHarness.Put("only"), Cancellation);
        var second = new BreakableTransport(new InProcessTransport().HandleStore(other, time));
        await using var moved = new RemoteHarness(second, File, time);
        await AdvanceUntilAsync(() => moved.Reader.Current.Revision.Value == 1);
        Assert.Equal(["only"], moved.Reader.Current.All().Select(row => row.Key.Name));
    }

    [Fact]
    public async Task Reader_AnotherStoreWithHigherRevisions_IsListedAgain()
    {
        for (int i = 0; i < 3; i++) await CommitAsync($"r{i}");
        await using (var remote = new RemoteHarness(transport, File, time))
            await remote.UntilAsync(snapshot => snapshot.Revision.Value == 3);

        using var other = new MemoryStore(time);
        for (int i = 0; i < 9; i++) await other.CommitAsync(RemoteHarness.Put($"other{i}"), Cancellation);
        await using var moved = new RemoteHarness(new InProcessTransport().HandleStore(other, time), File, time);
        await moved.UntilAsync(snapshot => snapshot.Revision.Value == 9);

        Assert.All(
            moved.Reader.Current.All(), row => Assert.StartsWith("other", row.Key.Name, StringComparison.Ordinal));
        Assert.Equal(9, moved.Reader.Current.Count("route"));
    }

    [Fact]
    public async Task Watch_OnTheReader_YieldsTheServersChanges()
    {
        await CommitAsync("a");
        await using var remote = new RemoteHarness(transport, File, time);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        await using IAsyncEnumerator<ChangeBatch> watch =
            remote.Reader.WatchAsync(["route"], new Revision(1), Cancellation).GetAsyncEnumerator(Cancellation);
        await CommitAsync("b", "new");

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("b", Assert.Single(watch.Current.Changes).Key.Name);
        Assert.Equal(new Revision(2), watch.Current.Through);
    }

    [Fact]
    public async Task Reader_WithheldKind_IsRefusedAndLeftOutOfAll()
    {
        await CommitAsync("secret", kind: "token");
        await CommitAsync("a");
        await using var all = new RemoteHarness(transport, File, time);
        await all.UntilAsync(snapshot => snapshot.Revision.Value == 2);
        await CommitAsync("secret2", kind: "token");
        await CommitAsync("b");
        await all.UntilAsync(snapshot => snapshot.Revision.Value == 4);
        Assert.Equal(0, all.Reader.Current.Count("token"));

        await using IMessageStream<WatchRequest, WatchResponse> asking =
            await transport.OpenAsync(StreamMethods.StoreWatch, Cancellation);
        await asking.SendAsync(new WatchRequest { ProtocolVersion = 1, Kinds = { "a", "token" } }, Cancellation);
        TransportException refusal =
            await Assert.ThrowsAsync<TransportException>(async () => await asking.ReceiveAsync(Cancellation));
        Assert.True(refusal.IsRefused);
    }

    [Fact]
    public async Task Reader_ConfidentialKind_IsForWhoeverAsksForItAndLeftOutOfAll()
    {
        await CommitAsync("secret", kind: "certificate");
        await CommitAsync("a");
        await using var all = new RemoteHarness(transport, File, time);
        await all.UntilAsync(snapshot => snapshot.Revision.Value == 2);
        Assert.Equal(0, all.Reader.Current.Count("certificate"));

        await using IMessageStream<WatchRequest, WatchResponse> asking =
            await transport.OpenAsync(StreamMethods.StoreWatch, Cancellation);
        await asking.SendAsync(new WatchRequest { ProtocolVersion = 1, Kinds = { "certificate" } }, Cancellation);
        WatchResponse? answer = await asking.ReceiveAsync(Cancellation);
        Assert.Equal("secret", Assert.Single(answer!.Changes).Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Handler_AnotherProtocolVersion_IsRefused(int version)
    {
        await using IMessageStream<WatchRequest, WatchResponse> asking =
            await transport.OpenAsync(StreamMethods.StoreWatch, Cancellation);
        await asking.SendAsync(new WatchRequest { ProtocolVersion = version }, Cancellation);
        TransportException refusal =
            await Assert.ThrowsAsync<TransportException>(async () => await asking.ReceiveAsync(Cancellation));
        Assert.True(refusal.IsRefused);
    }

    [Fact]
    public async Task Handler_QuietKinds_ReportsProgress()
    {
        await CommitAsync("n", kind: "node");
        await using var remote = new RemoteHarness(transport, File, time, "node");
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        for (int i = 0; i < 20; i++) await CommitAsync($"r{i}");

        await AdvanceUntilAsync(() => remote.Reader.Current.Revision.Value == 21);
    }

    private async Task CommitAsync(string name, string value = "v", string kind = "route") =>
        Assert.True((await store.CommitAsync(RemoteHarness.Put(name, value, kind), Cancellation)).IsCommitted);

    /// <summary>
    /// Moves the clock on until something came true: what waits for it does so on the pool, so its turn must come.
    /// </summary>
    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Cancellation.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    private void AssertSame(RemoteHarness remote) => Assert.Equal(
        store.Current.All().Select(row => (row.Key, row.Revision, Convert.ToHexString(row.Value.Span))),
        remote.Reader.Current.All().Select(row => (row.Key, row.Revision, Convert.ToHexString(row.Value.Span))));
}
