using System.Text;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath.Securing;

/// <summary>
/// Connections that a loop decrypts and Kestrel serves; the rest of what they do is in the tests of every way.
/// </summary>
public sealed class TunnelTests : IAsyncLifetime
{
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        gateway = await GatewayUnderTest.StartAsync(Way.Tunnel);
        await gateway.RouteAsync();
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    private async Task<KestrelBackend> BackendAsync(RequestDelegate answer)
    {
        KestrelBackend backend = await KestrelBackend.StartAsync(answer);
        await gateway.EndpointAsync("a1", backend.Address);
        return backend;
    }

    private async Task AssertQuietAsync()
    {
        foreach (EventLoop loop in gateway.Get<GatewayServer>().Loops!.Loops)
        {
            await Until.HoldsAsync(async () =>
                await loop.AskAsync(() => loop.Clients.Open + loop.Bio.Sessions + loop.Buffers.Rented) == 0);
        }

        await Until.HoldsAsync(() => gateway.Get<LoopParts>().Connections == 0);
    }

    [Fact]
    public async Task Request_ThroughATunnel_SaysWhoseItIs()
    {
        await using KestrelBackend backend = await BackendAsync(context =>
        {
            IHeaderDictionary headers = context.Request.Headers;
            return context.Response.WriteAsync(
                $"{headers["X-Forwarded-Proto"]} {headers["X-Forwarded-For"]}", Cancellation);
        });
        using RawConnection client = await gateway.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal("https 127.0.0.1", (await client.ReadAsync()).Body);
        }

        Assert.Equal(1, gateway.Get<LoopParts>().Connections);
        client.Dispose();
        await AssertQuietAsync();
    }

    [Fact]
    public async Task LongBodies_BothWaysAtOnce_ArriveWhole()
    {
        const int Length = 8 * 1024 * 1024;
        await using KestrelBackend backend = await BackendAsync(async context =>
        {
            context.Response.ContentLength = Length;
            await context.Request.Body.CopyToAsync(context.Response.Body, Cancellation);
        });
        byte[] body = new byte[Length];
        new Random(3).NextBytes(body);

        // It reads while it sends, which HttpClient does not: 8 MB need not fit into the buffers on the way.
        using RawConnection client = await gateway.ConnectAsync();
        Task sending = SendAsync();
        Assert.Equal(Encoding.Latin1.GetString(body), (await client.ReadAsync()).Body);
        await sending;

        async Task SendAsync()
        {
            await client.SendAsync($"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {Length}\r\n\r\n");
            await client.SendAsync(body);
        }
    }

    [Fact]
    public async Task Clients_ThatGoInTheMiddle_LeaveNothingBehind()
    {
        await using KestrelBackend backend = await BackendAsync(async context =>
        {
            byte[] block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        for (int i = 0; i < 50; i++)
        {
            using RawConnection client = await gateway.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            if (i % 5 > 0) Assert.Equal(200, (await client.ReadAsync(toHead: true)).Status);
            if (i % 2 == 0) client.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await AssertQuietAsync();
        await Until.HoldsAsync(() => gateway.Table.Upstreams().Single().Endpoints.All[0].InFlight == 0);
    }

    [Fact]
    public async Task Stop_WhileATunnelIsOpen_EndsIt()
    {
        await using KestrelBackend backend =
            await BackendAsync(context => context.Response.WriteAsync("ok", Cancellation));
        using RawConnection client = await gateway.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAsync()).Body);

        await gateway.StopRoleAsync();

        Assert.Equal("", await client.RestAsync());
    }
}
