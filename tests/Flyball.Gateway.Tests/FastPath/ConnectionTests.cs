using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>How connections begin, change and end, over both paths.</summary>
public abstract class ConnectionTests(Way way) : IAsyncLifetime
{
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return gateway.DisposeAsync();
    }

    private async Task<KestrelBackend> KestrelAsync(RequestDelegate answer)
    {
        KestrelBackend backend = await KestrelBackend.StartAsync(answer);
        await gateway.EndpointAsync("a1", backend.Address);
        return backend;
    }

    private Task<RawConnection> ConnectAsync() => gateway.ConnectAsync();

    [Fact]
    public async Task HeadSlowerThanItsTime_Is408()
    {
        await using GatewayUnderTest impatient = await GatewayUnderTest.StartAsync(
            way, options => options with { RequestHeadersTimeout = TimeSpan.FromMilliseconds(200) });
        using RawConnection client = await impatient.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHos");
        Assert.StartsWith("HTTP/1.1 408 ", await client.RestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentConnection_IsClosedAfterItsTime()
    {
        await using GatewayUnderTest impatient = await GatewayUnderTest.StartAsync(
            way, options => options with { KeepAliveTimeout = TimeSpan.FromMilliseconds(200) });
        using RawConnection client = await impatient.ConnectAsync();
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task BodySlowerThanItsRate_Is408()
    {
        await using RawBackend backend = RawBackend.Hangs();
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection client = await ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nx");
        Assert.StartsWith("HTTP/1.1 408 ", await client.RestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ThatBecomesAnotherProtocol_IsHandedOverBetweenRequests()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            app =>
            {
                Microsoft.AspNetCore.Builder.WebSocketMiddlewareExtensions.UseWebSockets(app);
                Microsoft.AspNetCore.Builder.RunExtensions.Run(app, async context =>
                {
                    if (!context.WebSockets.IsWebSocketRequest)
                    {
                        await context.Response.WriteAsync(context.Request.Path, Cancellation);
                        return;
                    }

                    using var socket = await context.WebSockets.AcceptWebSocketAsync();
                    await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", Cancellation);
                });
            },
            Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1);
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection client = await ConnectAsync();
        // Both requests in one piece: the loop has read the second one before it knows what it is.
        await client.SendAsync(
            "GET /first HTTP/1.1\r\nHost: h\r\n\r\n"
            + "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.Equal("/first", (await client.ReadAsync()).Body);
        Assert.Equal(101, (await client.ReadAsync()).Status);
    }

    [Theory]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
    [InlineData("GET http://h/abs HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200)]
    public async Task Unusual_Requests_AreServed(string request, int status)
    {
        await using KestrelBackend backend =
            await KestrelAsync(context => context.Response.WriteAsync("ok", Cancellation));
        using RawConnection client = await ConnectAsync();
        await client.SendAsync(request);
        Assert.Equal(status, (await client.ReadAsync()).Status);
    }

    [Fact]
    public async Task HalfClosedClient_CountsAsGoneAndTheBackEndIsTold()
    {
        var arrived = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            context.RequestAborted.Register(() => left.TrySetResult());
            arrived.TrySetResult();
            await left.Task;
        });
        using RawConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await arrived.Task.WaitAsync(Cancellation);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await left.Task.WaitAsync(Cancellation);
        Assert.Equal("", await client.RestAsync());
        var endpoint = gateway.Table.Upstreams().Single().Endpoints.All[0];
        await Until.HoldsAsync(() => endpoint.InFlight == 0);
        Assert.Equal(0, endpoint.Health.Failures);
    }

    [Fact]
    public async Task Stop_LetsARequestEndAndClosesIdleConnections()
    {
        var arrived = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using KestrelBackend backend = await KestrelAsync(async context =>
        {
            arrived.TrySetResult();
            await finish.Task;
            await context.Response.WriteAsync("finished", Cancellation);
        });
        using RawConnection idle = await ConnectAsync();
        using RawConnection busy = await ConnectAsync();
        await busy.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await arrived.Task.WaitAsync(Cancellation);
        Task stopping = gateway.StopRoleAsync();
        Assert.Equal("", await idle.RestAsync());
        finish.SetResult();
        RawAnswer answer = await busy.ReadAsync();
        Assert.Equal("finished", answer.Body);
        // Kestrel tells its connections one after the other: the idle one has ended, perhaps before this one knows.
        if (way.IsFast()) Assert.Equal("close", answer.Header("Connection"));
        Assert.Equal("", await busy.RestAsync());
        await stopping;
    }
}
