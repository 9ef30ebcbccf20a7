using System.Net;
using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Flyball.Gateway.Tests.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Gateway.Tests.Forwarding;

/// <summary>Requests for a service that has no instance.</summary>
public abstract class WaitingTests(Way way)
{
    private const string Web = "shop.web";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Upstream Only(GatewayUnderTest gateway) => gateway.Table.Upstreams().Single();

    private static Task<KestrelBackend> BackendAsync() => KestrelBackend.StartAsync(async context =>
    {
        using var body = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync("done " + await body.ReadToEndAsync(context.RequestAborted));
    });

    private static async Task WaitersAsync(GatewayUnderTest gateway, int count)
    {
        await Until.HoldsAsync(() => Only(gateway).Line.Count == count);
    }

    private async Task<GatewayUnderTest> StartAsync(
        int? min = 0, Func<Route, Route>? route = null, Func<GatewayOptions, GatewayOptions>? configure = null,
        IActivation? activation = null)
    {
        GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way, configure, activation: activation);
        if (min is { } least) await gateway.PutAsync(Kinds.ScalePolicy, Web, Policy(least));
        await gateway.RouteAsync("web", one => (route?.Invoke(one) ?? one) with { Timeout = TimeSpan.FromMinutes(1) });
        return gateway;
    }

    private static ScalePolicy Policy(int min) => new() { Workload = Web, Min = min, Max = 3 };

    private static Scale ByHand(DateTimeOffset until, int replicas = 0) => new()
    {
        Workload = Web, Replicas = replicas, Source = Scale.ByUser,
        PinnedUntilUnixMs = until.ToUnixTimeMilliseconds(),
    };

    private static async Task<string> RefusedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    [Fact]
    public async Task AtZero_RequestsWaitAndTheFirstInstanceAnswersAll()
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync();
        Task<HttpResponseMessage>[] waiting =
        [
            .. Enumerable.Range(0, 40).Select(i => i % 2 == 0
                ? gateway.Client.GetAsync("/", Cancellation)
                : gateway.Client.PostAsync("/", new StringContent("body"), Cancellation)),
        ];
        await WaitersAsync(gateway, 40);
        Assert.Equal(40, Only(gateway).State.Waiting);
        // It is there and does not serve yet: nobody is sent to it.
        await gateway.EndpointAsync("a1", backend.Address, HealthState.Unknown);
        await WaitersAsync(gateway, 40);
        Assert.Equal(0, backend.Requests);

        await gateway.EndpointAsync("a1", backend.Address);

        foreach (HttpResponseMessage answer in await Task.WhenAll(waiting))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("done", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        Assert.Equal((40, 0), (backend.Requests, Only(gateway).State.Waiting));
    }

    [Fact]
    public async Task AtZero_GrpcCall_IsAnsweredByTheFirstInstance()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            app => app.MapGrpcService<EchoService>(), HttpProtocols.Http2, services => services.AddGrpc());
        await using GatewayUnderTest gateway = await StartAsync(route: one => one with { Protocol = "h2c" });
        using GrpcChannel channel = GrpcChannel.ForAddress(
            gateway.Address, new GrpcChannelOptions { HttpHandler = GatewayUnderTest.NewHandler() });
        var client = new Echo.EchoClient(channel);
        using AsyncUnaryCall<EchoMessage> call =
            client.OnceAsync(new EchoMessage { Text = "first" }, cancellationToken: Cancellation);
        await WaitersAsync(gateway, 1);

        await gateway.EndpointAsync("a1", backend.Address);

        Assert.Equal("first", (await call).Text);
    }

    [Fact]
    public async Task AtZero_NoInstanceInTime_Is503WithTheReason()
    {
        await using GatewayUnderTest gateway = await StartAsync(
            route: one => one with { Wait = TimeSpan.FromMilliseconds(300) });
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        await gateway.EndpointAsync("a1", RawBackend.Nobody(), HealthState.Critical);

        using HttpResponseMessage late = await waiting;

        string words = await RefusedAsync(late);
        Assert.Contains("ready within 0.3 s: 1 instances are there", words, StringComparison.Ordinal);
        Assert.Contains("flyball why shop.web", words, StringComparison.Ordinal);
        Assert.Equal("1", late.Headers.GetValues("Retry-After").Single());
        Assert.Equal((0, 0), (Only(gateway).Line.Count, Only(gateway).State.Waiting));
    }

    [Fact]
    public async Task AtZero_WokenInVain_WaitsNoLongerThanItMay()
    {
        await using GatewayUnderTest gateway = await StartAsync(
            route: one => one with { Wait = TimeSpan.FromMilliseconds(500) });
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        // Each change wakes those who wait; a wait that began anew with each would never end.
        for (int i = 0; !waiting.IsCompleted; i++)
            await gateway.EndpointAsync("a" + i % 2, RawBackend.Nobody(), HealthState.Critical);
        using HttpResponseMessage late = await waiting;
        await RefusedAsync(late);
    }

    [Fact]
    public async Task Waiting_MoreThanPending_IsRefused()
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync(
            route: one => one with { Limits = new RouteLimits { Pending = 1 } });
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);

        using HttpResponseMessage beyond = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Contains("1 requests wait for shop.web", await RefusedAsync(beyond), StringComparison.Ordinal);
        Assert.Equal(1, Only(gateway).State.Waiting);
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpResponseMessage answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(1, 1 << 30)]
    [InlineData(100, 20_000)]
    public async Task Waiting_MoreThanTheGatewayHolds_IsRefused(int requests, long bytes)
    {
        await using GatewayUnderTest gateway = await StartAsync(
            configure: options => options with { WaitingMax = requests, WaitingBytesMax = bytes });
        using RawConnection client = await gateway.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await WaitersAsync(gateway, 1);

        using HttpResponseMessage beyond = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Contains("at this gateway", await RefusedAsync(beyond), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ClientHangsUp_LeavesTheLine()
    {
        await using GatewayUnderTest gateway = await StartAsync();
        using (RawConnection client = await gateway.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            await WaitersAsync(gateway, 1);
        }

        await WaitersAsync(gateway, 0);
        await Until.HoldsAsync(() => Only(gateway).State.Waiting == 0);
    }

    [Fact]
    public async Task SetToZeroByHand_IsRefusedAtOnceAndSaysUntilWhen()
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync();
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        DateTimeOffset until = DateTimeOffset.UtcNow.AddHours(1);

        // Who waits already is told, too.
        await gateway.PutAsync(Kinds.Scale, Web, ByHand(until));

        using HttpResponseMessage told = await waiting;
        Assert.Contains($"0 replicas by hand until {until:yyyy-MM-dd HH:mm:ss}", await RefusedAsync(told),
            StringComparison.Ordinal);
        using HttpResponseMessage next = await gateway.Client.GetAsync("/", Cancellation);
        Assert.Contains("by hand", await RefusedAsync(next), StringComparison.Ordinal);

        // The pin has ended: the policy goes on from 0, and a request wakes it.
        await gateway.PutAsync(Kinds.Scale, Web, ByHand(DateTimeOffset.UtcNow.AddSeconds(-1)));
        Task<HttpResponseMessage> wakes = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpResponseMessage answer = await wakes;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Stopped_IsRefusedAtOnce()
    {
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.PutAsync(Kinds.ScalePolicy, Web, Policy(0) with { Stopped = true });
        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);
        Assert.Contains("'flyball start shop.web'", await RefusedAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScaleMode.Advise)]
    [InlineData(ScaleMode.Off)]
    public async Task PolicyThatDoesNotAct_NobodyWouldBringOne_IsRefusedAtOnce(ScaleMode mode)
    {
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.PutAsync(Kinds.ScalePolicy, Web, Policy(0) with { Mode = mode });
        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);
        Assert.Contains("has no running instance", await RefusedAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PolicyTakenAway_WhoWaitsIsRefused()
    {
        await using GatewayUnderTest gateway = await StartAsync();
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        await gateway.CommitAsync(new StoreTransaction().Delete(Kinds.ScalePolicy.Key(Web)));
        using HttpResponseMessage answer = await waiting;
        Assert.Contains("has no running instance", await RefusedAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task NotForZero_WaitsOnlyWhereTheRouteSaysSo(int? min)
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync(min);
        using HttpResponseMessage refused = await gateway.Client.GetAsync("/", Cancellation);
        Assert.Contains("has no running instance", await RefusedAsync(refused), StringComparison.Ordinal);

        await gateway.RouteAsync("web", one => one with { Wait = TimeSpan.FromMinutes(1) });
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpResponseMessage answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task WaitOfZero_NeverWaits()
    {
        await using GatewayUnderTest gateway = await StartAsync(route: one => one with { Wait = TimeSpan.Zero });
        using HttpResponseMessage refused = await gateway.Client.GetAsync("/", Cancellation);
        await RefusedAsync(refused);
    }

    [Fact]
    public async Task RouteChangedMeanwhile_WhoWaitsStillSeesTheInstance()
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync();
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);
        await WaitersAsync(gateway, 1);
        await gateway.RouteAsync("web", one => one with { Limits = new RouteLimits { Requests = 9 } });
        await gateway.EndpointAsync("a1", backend.Address);
        using HttpResponseMessage answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task InstanceThatIsFull_TheRestGoOnWaitingForRoom()
    {
        await using KestrelBackend backend = await BackendAsync();
        await using GatewayUnderTest gateway = await StartAsync(
            route: one => one with { Limits = new RouteLimits { Connections = 1 } });
        Task<HttpResponseMessage>[] waiting =
            [.. Enumerable.Range(0, 20).Select(_ => gateway.Client.GetAsync("/", Cancellation))];
        await WaitersAsync(gateway, 20);
        await gateway.EndpointAsync("a1", backend.Address);
        foreach (HttpResponseMessage answer in await Task.WhenAll(waiting))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, Only(gateway).State.Waiting);
    }

    [Fact]
    public async Task Session_TellsAtOnceThatRequestsWait()
    {
        var told = new ToldDemand();
        await using GatewayUnderTest gateway = await StartAsync(activation: told);
        Task<HttpResponseMessage> waiting = gateway.Client.GetAsync("/", Cancellation);

        await told.UntilAsync(demand => demand.Waiting.GetValueOrDefault(Web) == 1);

        await using KestrelBackend backend = await BackendAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        (await waiting).Dispose();
        // It is over, was asked for since the last report, and then is not asked for any more.
        await told.UntilAsync(demand => demand.Waiting.TryGetValue(Web, out int left) && left == 0);
        await told.UntilAsync(demand => demand.Waiting.Count == 0);
    }

    /// <summary>What the gateway's session told.</summary>
    private sealed class ToldDemand : IActivation
    {
        private readonly Channel<GatewayDemand> told = Channel.CreateUnbounded<GatewayDemand>();

        public void Report(string gateway, GatewayDemand demand) => told.Writer.TryWrite(demand);

        public void Ended(string gateway)
        {
        }

        public async Task UntilAsync(Func<GatewayDemand, bool> holds)
        {
            while (!holds(await told.Reader.ReadAsync(Cancellation)))
            {
            }
        }
    }
}
