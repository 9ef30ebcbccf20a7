using System.Net;
using System.Net.WebSockets;
using System.Text;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Tests.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Gateway.Tests.Forwarding;

public abstract class StreamingTests(Way way)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EventStream_HeadersComeBeforeTheFirstEventAndEventsOneByOne()
    {
        var next = new SemaphoreSlim(0);
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(Cancellation);
            for (int i = 0; i < 3; i++)
            {
                await next.WaitAsync(Cancellation);
                await context.Response.WriteAsync($"data: {i}\n\n", Cancellation);
            }
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { Timeout = TimeSpan.FromMilliseconds(300) });
        await gateway.EndpointAsync("a1", backend.Address);

        // Each event is sent only after the one before was seen: buffering anywhere would stop the test.
        using HttpResponseMessage answer =
            await gateway.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        for (int i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await lines.ReadLineAsync(Cancellation));
            Assert.Equal("", await lines.ReadLineAsync(Cancellation));
        }
    }

    [Fact]
    public async Task WebSocket_MessagesBothWaysAndClose()
    {
        await using KestrelBackend backend = await EchoSocketAsync();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var socket = new ClientWebSocket();
        string scheme = way.IsSecure() ? "wss" : "ws";
        using var invoker = new HttpMessageInvoker(GatewayUnderTest.NewHandler());
        await socket.ConnectAsync(new Uri($"{scheme}://127.0.0.1:{gateway.Port}/ws"), invoker, Cancellation);
        UpstreamEndpoint endpoint = gateway.Table.Upstreams().Single().Endpoints.All[0];
        Assert.Equal(1, endpoint.InFlight);

        byte[] buffer = new byte[100];
        foreach (string text in new[] { "one", "two" })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, received.Count));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancellation);
        Assert.Equal(WebSocketState.Closed, socket.State);
        await Until.HoldsAsync(() => endpoint.InFlight == 0);
    }

    [Fact]
    public async Task Grpc_UnaryStreamingAndErrors_OnTheSamePortAsHttp1()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            app => app.MapGrpcService<EchoService>(), HttpProtocols.Http2, services => services.AddGrpc());
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { Protocol = "h2c" });
        await gateway.EndpointAsync("a1", backend.Address);
        using GrpcChannel channel = GrpcChannel.ForAddress(
            gateway.Address, new GrpcChannelOptions { HttpHandler = GatewayUnderTest.NewHandler() });
        var client = new Echo.EchoClient(channel);

        Assert.Equal("hi", (await client.OnceAsync(new EchoMessage { Text = "hi" }, cancellationToken: Cancellation))
            .Text);

        using AsyncDuplexStreamingCall<EchoMessage, EchoMessage> stream = client.Stream(
            cancellationToken: Cancellation);
        foreach (string text in new[] { "one", "two", "three" })
        {
            await stream.RequestStream.WriteAsync(new EchoMessage { Text = text }, Cancellation);
            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(text, stream.ResponseStream.Current.Text);
        }

        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal("bye", stream.GetTrailers().GetValue("farewell"));

        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => client.OnceAsync(new EchoMessage { Text = "fail" }, cancellationToken: Cancellation).ResponseAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "as asked"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Grpc_NoInstance_IsUnavailable()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync("web", route => route with { Protocol = "h2c" });
        using GrpcChannel channel = GrpcChannel.ForAddress(
            gateway.Address, new GrpcChannelOptions { HttpHandler = GatewayUnderTest.NewHandler() });

        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => new Echo.EchoClient(channel).OnceAsync(new EchoMessage(), cancellationToken: Cancellation)
                .ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http2Client_Http1BackEnd_IsServed(bool ownPort)
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(
            context => context.Response.WriteAsync(context.Request.Protocol));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            way,
            options => ownPort ? options with { Addresses = [], H2cAddresses = ["127.0.0.1:0"] } : options);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal("HTTP/1.1", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task FirstBytes_InPieces_ReachTheRightProtocol(int pieceLength)
    {
        await using KestrelBackend backend =
            await KestrelBackend.StartAsync(context => context.Response.WriteAsync("ok"));
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection client = await gateway.ConnectAsync();
        // PROPFIND begins like the preface of HTTP/2 for one byte more than GET does.
        byte[] request = Encoding.ASCII.GetBytes("PROPFIND / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        foreach (byte[] piece in request.Chunk(pieceLength)) await client.SendAsync(piece);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.RestAsync(), StringComparison.Ordinal);
    }

    private static Task<KestrelBackend> EchoSocketAsync() => KestrelBackend.StartAsync(
        app =>
        {
            app.UseWebSockets();
            app.Run(async context =>
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                byte[] buffer = new byte[1000];
                while (true)
                {
                    WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, Cancellation);
                    if (received.MessageType == WebSocketMessageType.Close) break;
                    await socket.SendAsync(
                        buffer.AsMemory(0, received.Count), received.MessageType, true, Cancellation);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancellation);
            });
        },
        HttpProtocols.Http1);
}
