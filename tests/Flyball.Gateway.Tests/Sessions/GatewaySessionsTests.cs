using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.Sessions;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Sessions;

/// <summary>The server's side, driven by hand.</summary>
public sealed class GatewaySessionsTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly MemoryStore store;
    private readonly GatewaySessions sessions;
    private readonly InProcessTransport transport = new();

    public GatewaySessionsTests()
    {
        store = new MemoryStore(time);
        sessions = new GatewaySessions(store, new GatewaySessionOptions(), time, NullLogger<GatewaySessions>.Instance);
        transport.Handle(StreamMethods.GatewayControl, sessions);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    private async Task<IMessageStream<GatewayMessage, GatewayServerMessage>> ConnectAsync(
        string id = "g", string session = "s1", int version = 1)
    {
        IMessageStream<GatewayMessage, GatewayServerMessage> stream = await transport.OpenAsync(
            StreamMethods.GatewayControl, Cancellation);
        var hello = new GatewayHello { ProtocolVersion = version, GatewayId = id, SessionId = session };
        await stream.SendAsync(new GatewayMessage { Hello = hello }, Cancellation);
        return stream;
    }

    private static async Task ReportAsync(
        IMessageStream<GatewayMessage, GatewayServerMessage> stream, long applied, params string[] busy)
    {
        var report = new GatewayReport { AppliedRevision = applied };
        report.BusyEndpoints.AddRange(busy);
        await stream.SendAsync(new GatewayMessage { Report = report }, Cancellation);
    }

    private async Task<GatewayStatus> UntilAsync(Func<GatewayStatus, bool> holds, string id = "g")
    {
        Revision seen = store.Current.Revision;
        if (store.Current.Get(Kinds.GatewayStatus, id)?.Value is { } now && holds(now)) return now;
        await foreach (ChangeBatch _ in store.WatchAsync([Kinds.GatewayStatus.Name], seen, Cancellation))
        {
            if (store.Current.Get(Kinds.GatewayStatus, id)?.Value is { } next && holds(next)) return next;
        }

        throw new InvalidOperationException("The watch ended.");
    }

    private async Task<long> DrainingAsync(string allocation)
    {
        var transaction = new StoreTransaction()
            .Put(Kinds.Endpoint, allocation + ".http", TestParts.Endpoint(allocation, draining: true));
        return (await store.CommitAsync(transaction, Cancellation)).Revision.Value;
    }

    [Fact]
    public async Task Hello_Welcome_CarriesTheHeartbeatAndTheGatewayIsLive()
    {
        var stream = await ConnectAsync();
        GatewayWelcome welcome = (await stream.ReceiveAsync(Cancellation))!.Welcome;
        Assert.Equal(2000, welcome.HeartbeatIntervalMs);
        Assert.Equal(0, (await UntilAsync(status => status.Live)).AppliedRevision);
        await stream.DisposeAsync();
        Assert.False((await UntilAsync(status => !status.Live)).Live);
    }

    [Fact]
    public async Task Hello_UnknownVersion_IsRefused()
    {
        var stream = await ConnectAsync(version: 9);
        TransportException refusal =
            await Assert.ThrowsAsync<TransportException>(() => stream.ReceiveAsync(Cancellation).AsTask());
        Assert.True(refusal.IsRefused);
        Assert.Equal(0, store.Current.Count(Kinds.GatewayStatus.Name));
    }

    [Fact]
    public async Task Reports_NothingDrains_AreNotWritten()
    {
        var stream = await ConnectAsync();
        await stream.ReceiveAsync(Cancellation);
        Revision live = store.Current.Revision;
        for (int i = 0; i < 20; i++) await ReportAsync(stream, live.Value);
        long drained = await DrainingAsync("a");
        await ReportAsync(stream, drained, "a.http");
        GatewayStatus status = await UntilAsync(one => one.AppliedRevision == drained);

        Assert.Equal(["a.http"], status.BusyEndpoints);
        // The hello, the endpoint and this one report: twenty in between wrote nothing.
        Assert.Equal(live.Value + 2, store.Current.Revision.Value);
    }

    [Fact]
    public async Task Report_EndpointLetGo_IsWrittenOnce()
    {
        var stream = await ConnectAsync();
        long drained = await DrainingAsync("a");
        await ReportAsync(stream, drained, "a.http", "unknown.http");
        Assert.Equal(["a.http"], (await UntilAsync(one => one.AppliedRevision == drained)).BusyEndpoints);
        await ReportAsync(stream, drained);
        Assert.Empty((await UntilAsync(one => one.BusyEndpoints.Count == 0)).BusyEndpoints);
        Revision settled = store.Current.Revision;
        for (int i = 0; i < 10; i++) await ReportAsync(stream, drained);
        long next = await DrainingAsync("b");
        await ReportAsync(stream, next);
        await UntilAsync(one => one.AppliedRevision == next);
        Assert.Equal(settled.Value + 2, store.Current.Revision.Value);
    }

    [Fact]
    public async Task NewerSession_TakesOver_AndTheOldOnesEndDoesNotMarkItGone()
    {
        var old = await ConnectAsync(session: "s1");
        await old.ReceiveAsync(Cancellation);
        var young = await ConnectAsync(session: "s2");
        await young.ReceiveAsync(Cancellation);
        await ReportAsync(old, 1);
        await Assert.ThrowsAsync<TransportException>(() => old.ReceiveAsync(Cancellation).AsTask());
        long drained = await DrainingAsync("a");
        await ReportAsync(young, drained);

        Assert.True((await UntilAsync(one => one.AppliedRevision == drained)).Live);
    }

    [Fact]
    public async Task Silence_ThreeHeartbeats_IsTheEnd()
    {
        var stream = await ConnectAsync();
        await stream.ReceiveAsync(Cancellation);
        Task<GatewayStatus> gone = UntilAsync(one => !one.Live);
        // The session arms its timer after the welcome that was just seen; advancing in steps meets it whenever it
        // does.
        while (!gone.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False((await gone).Live);
    }

    [Fact]
    public async Task Sweep_LiveInTheStoreButNotConnected_IsMarkedGoneAndLaterForgotten()
    {
        var ghost = new GatewayStatus { Gateway = "ghost", Live = true, AppliedRevision = 1, ChangedUnixMs = 1 };
        await store.CommitAsync(new StoreTransaction().Put(Kinds.GatewayStatus, "ghost", ghost), Cancellation);
        var stream = await ConnectAsync();
        await stream.ReceiveAsync(Cancellation);
        await sessions.MarkAbsentAsync(Cancellation);
        await sessions.ForgetAsync(Cancellation);
        Assert.False(store.Current.Get(Kinds.GatewayStatus, "ghost")!.Value.Value.Live);
        Assert.True(store.Current.Get(Kinds.GatewayStatus, "g")!.Value.Value.Live);

        await stream.DisposeAsync();
        await UntilAsync(one => !one.Live);
        time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await sessions.ForgetAsync(Cancellation);
        Assert.Equal(0, store.Current.Count(Kinds.GatewayStatus.Name));
    }

    [Fact]
    public void Identity_SecondStart_IsTheSame()
    {
        string directory = Directory.CreateTempSubdirectory("flyball-id-").FullName;
        var ids = new IdSource(time, new Random(1));
        string first = GatewayIdentity.Load(PhysicalDisk.Instance, directory, ids).Id;
        Assert.Equal(first, GatewayIdentity.Load(PhysicalDisk.Instance, directory, ids).Id);
        File.WriteAllText(Path.Combine(directory, "gateway-id"), "torn");
        Assert.NotEqual(first, GatewayIdentity.Load(PhysicalDisk.Instance, directory, ids).Id);
        Directory.Delete(directory, recursive: true);
    }
}
