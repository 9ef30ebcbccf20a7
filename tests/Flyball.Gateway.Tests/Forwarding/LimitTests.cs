using System.Net;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Forwarding;

public abstract class LimitTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Upstream Only(GatewayUnderTest gateway) => gateway.Table.Upstreams().Single();

    /// <summary>A gateway in front of one instance whose answers wait for a word.</summary>
    private async Task<Held> StartAsync(RouteLimits limits, TimeSpan? timeout = null)
    {
        var word = new SemaphoreSlim(0);
        KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            await word.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("done");
        });
        GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with
        {
            Limits = limits, Timeout = timeout ?? TimeSpan.FromMinutes(1),
        });
        await gateway.EndpointAsync("a1", backend.Address);
        return new Held(gateway, backend, word);
    }

    [Fact]
    public async Task Requests_BeyondTheLimit_AreShedWith503AndRetryAfter()
    {
        await using Held held = await StartAsync(new RouteLimits { Requests = 2 });
        Task<HttpResponseMessage>[] inside =
            [held.Gateway.Client.GetAsync("/", Cancellation), held.Gateway.Client.GetAsync("/", Cancellation)];
        await Until.HoldsAsync(() => held.Backend.Requests >= 2);

        using HttpResponseMessage shed = await held.Gateway.Client.PostAsync(
            "/", new StringContent("body"), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.Equal("1", shed.Headers.GetValues("Retry-After").Single());
        Assert.Contains("shop.web has 2 requests", await shed.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        held.Word.Release(3);
        foreach (HttpResponseMessage answer in await Task.WhenAll(inside))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // What was let in has left, by whichever way it ended.
        await Until.HoldsAsync(() => Only(held.Gateway).Gate!.Active == 0);
        using HttpResponseMessage next = await held.Gateway.Client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Gate_ClientsThatHangUp_LeaveIt()
    {
        await using Held held = await StartAsync(new RouteLimits { Requests = 3 });
        for (int i = 1; i <= 9; i++)
        {
            using RawConnection client = await held.Gateway.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            await Until.HoldsAsync(() => held.Backend.Requests >= i);
            client.Dispose();
            await Until.HoldsAsync(() => Only(held.Gateway).Gate!.Active == 0);
        }
    }

    [Fact]
    public async Task Adaptive_FirstLimitFull_ShedsTheRest()
    {
        await using Held held = await StartAsync(new RouteLimits { Adaptive = true });
        int limit = Only(held.Gateway).Gate!.Limit;
        Task<HttpResponseMessage>[] inside =
            [.. Enumerable.Range(0, limit).Select(_ => held.Gateway.Client.GetAsync("/", Cancellation))];
        await Until.HoldsAsync(() => held.Backend.Requests >= limit);

        using HttpResponseMessage shed = await held.Gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        held.Word.Release(limit);
        foreach (HttpResponseMessage answer in await Task.WhenAll(inside)) answer.Dispose();
    }

    [Fact]
    public async Task Connections_AllTaken_OthersWaitAndAreAnsweredInTurn()
    {
        await using Held held = await StartAsync(new RouteLimits { Connections = 1, Pending = 2 });
        Task<HttpResponseMessage> first = held.Gateway.Client.GetAsync("/", Cancellation);
        await Until.HoldsAsync(() => held.Backend.Requests >= 1);
        Task<HttpResponseMessage>[] waiting =
        [
            held.Gateway.Client.GetAsync("/", Cancellation),
            held.Gateway.Client.PostAsync("/", new StringContent("body"), Cancellation),
        ];
        await Until.HoldsAsync(() => Only(held.Gateway).Line.Count >= 2);

        using HttpResponseMessage beyond = await held.Gateway.Client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, beyond.StatusCode);
        Assert.Contains("2 requests wait", await beyond.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        Assert.Equal(1, held.Backend.Requests);
        for (int answered = 1; answered <= 3; answered++)
        {
            await Until.HoldsAsync(() => held.Backend.Requests >= answered);
            Assert.Equal(answered, held.Backend.Requests);
            held.Word.Release();
        }

        foreach (HttpResponseMessage answer in await Task.WhenAll([first, .. waiting]))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Waiting_ClientHangsUp_LeavesTheLine()
    {
        await using Held held = await StartAsync(new RouteLimits { Connections = 1 });
        Task<HttpResponseMessage> first = held.Gateway.Client.GetAsync("/", Cancellation);
        await Until.HoldsAsync(() => held.Backend.Requests >= 1);
        using (RawConnection client = await held.Gateway.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            await Until.HoldsAsync(() => Only(held.Gateway).Line.Count >= 1);
        }

        await Until.HoldsAsync(() => Only(held.Gateway).Line.Count == 0);
        held.Word.Release();
        (await first).Dispose();
        Assert.Equal(1, held.Backend.Requests);
    }

    [Fact]
    public async Task Waiting_AtTwoRoutesOfOneService_RoomGoesToWhomItFits()
    {
        await using Held held = await StartAsync(new RouteLimits { Connections = 1 });
        await held.Gateway.RouteAsync("wide", route => route with
        {
            PathPrefix = "/wide", Limits = new RouteLimits { Connections = 3 }, Timeout = TimeSpan.FromMinutes(1),
        });
        WaitingLine line = held.Gateway.Table.Upstreams().First().Line;
        List<Task<HttpResponseMessage>> all =
            [.. Enumerable.Range(0, 3).Select(_ => held.Gateway.Client.GetAsync("/wide", Cancellation))];
        await Until.HoldsAsync(() => held.Backend.Requests >= 3);
        all.Add(held.Gateway.Client.GetAsync("/", Cancellation));
        await Until.HoldsAsync(() => line.Count == 1);
        all.Add(held.Gateway.Client.GetAsync("/wide", Cancellation));
        await Until.HoldsAsync(() => line.Count == 2);

        held.Word.Release();

        await Until.HoldsAsync(() => held.Backend.Requests >= 4);
        Assert.Equal((4, 1), (held.Backend.Requests, line.Count));
        held.Word.Release(4);
        foreach (HttpResponseMessage answer in await Task.WhenAll(all))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Waiting_AsLongAsTheTimeout_Is503()
    {
        await using Held held = await StartAsync(
            new RouteLimits { Connections = 1 }, timeout: TimeSpan.FromMilliseconds(400));
        using RawConnection client = await held.Gateway.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await Until.HoldsAsync(() => held.Backend.Requests >= 1);
        Only(held.Gateway).Endpoints.Ready[0].TryEnter();

        using HttpResponseMessage late = await held.Gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.Contains("had room within 0.4 s", await late.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_AnotherInstanceComes_IsServedThere()
    {
        await using Held held = await StartAsync(new RouteLimits { Connections = 1 });
        await using KestrelBackend second = await KestrelBackend.StartAsync(
            context => context.Response.WriteAsync("second"));
        Task<HttpResponseMessage> first = held.Gateway.Client.GetAsync("/", Cancellation);
        await Until.HoldsAsync(() => held.Backend.Requests >= 1);
        Task<HttpResponseMessage> waiting = held.Gateway.Client.GetAsync("/", Cancellation);
        await Until.HoldsAsync(() => Only(held.Gateway).Line.Count >= 1);

        await held.Gateway.EndpointAsync("a2", second.Address);

        using HttpResponseMessage answer = await waiting;
        Assert.Equal("second", await answer.Content.ReadAsStringAsync(Cancellation));
        held.Word.Release();
        (await first).Dispose();
    }

    [Fact]
    public async Task TryTimeout_OneHangs_AnotherAnswersWithinTheRoutesTime()
    {
        await using RawBackend hanging = RawBackend.Hangs();
        await using KestrelBackend good = await KestrelBackend.StartAsync(
            context => context.Response.WriteAsync("good"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("hanging", hanging.Address);
        await gateway.EndpointAsync("good", good.Address);
        await gateway.RouteAsync("web", route => route with
        {
            TryTimeout = TimeSpan.FromMilliseconds(100),
            Balance = new RouteBalance { Kind = RouteBalanceKind.RoundRobin },
        });

        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);
            Assert.Equal("good", await answer.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.InRange(hanging.Requests, 1, 4);
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 3)]
    public async Task TryTimeout_EveryTryHangs_Is504(string method, int tries)
    {
        await using RawBackend hanging = RawBackend.Hangs();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("hanging", hanging.Address);
        await gateway.RouteAsync("web", route => route with { TryTimeout = TimeSpan.FromMilliseconds(50) });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");

        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal(tries, hanging.Requests);
    }

    [Fact]
    public async Task TryTimeout_RoutesTimeIsUpFirst_IsTheLast()
    {
        await using RawBackend hanging = RawBackend.Hangs();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.EndpointAsync("hanging", hanging.Address);
        await gateway.RouteAsync("web", route => route with
        {
            TryTimeout = TimeSpan.FromMilliseconds(80), Timeout = TimeSpan.FromMilliseconds(120), Retries = 5,
        });

        using HttpResponseMessage answer = await gateway.Client.GetAsync("/", Cancellation);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains(
            "within 0.12 s", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.InRange(hanging.Requests, 1, 2);
    }

    private sealed record Held(GatewayUnderTest Gateway, KestrelBackend Backend, SemaphoreSlim Word) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Backend.DisposeAsync();
            Word.Dispose();
        }
    }
}
