using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>Connections that Kestrel, or the HTTP client, uses on an event loop.</summary>
public sealed class HandedOverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Http2Downloads_BrokenOffWhileTheClientTakesNothing_LeaveNothingBehind()
    {
        long sent = 0;
        byte[] piece = new byte[64 * 1024];
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        UpstreamEndpoint endpoint = gateway.Table.Upstreams().Single().Endpoints.All[0];
        for (int round = 0; round < 10; round++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, gateway.Port, Cancellation);
            await client.SendAsync(TwoGetsWithWideWindows(), Cancellation);
            await Until.HoldsAsync(() => endpoint.InFlight == 2);
            long before = -1;
            await Until.HoldsAsync(() =>
            {
                long now = Interlocked.Read(ref sent);
                bool stands = now > 0 && now == before;
                before = now;
                return stands;
            });
            client.Close(0);
            await Until.HoldsAsync(() => gateway.Get<LoopParts>().Connections == 0 && endpoint.InFlight == 0);
        }
    }

    [Fact]
    public async Task Stream_EndThatTheLoopHasNotSeen_IsReadAtOnce()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        EventLoop loop = gateway.Get<LoopParts>().Loops[0];
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using Stream stream =
            await LoopStream.ConnectAsync(loop, new DnsEndPoint("127.0.0.1", port), Cancellation);
        using Socket server = await listener.AcceptAsync(Cancellation);
        byte[] buffer = new byte[100];
        await server.SendAsync("answer"u8.ToArray(), Cancellation);
        Assert.Equal(6, await stream.ReadAsync(buffer, Cancellation));

        using var held = new ManualResetEventSlim();
        loop.Post(held.Wait);
        server.Close();
        ValueTask<int> read = stream.ReadAsync(buffer, Cancellation);
        bool isKnown = read.IsCompleted;
        held.Set();

        Assert.Equal(0, await read);
        Assert.True(isKnown, "A connection that has ended looked like one to send a request on.");
    }

    [Fact]
    public async Task Stream_ReadIntoNothing_WaitsForSomething()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using Stream stream = await LoopStream.ConnectAsync(
            gateway.Get<LoopParts>().Loops[0], new DnsEndPoint("127.0.0.1", port), Cancellation);
        using Socket server = await listener.AcceptAsync(Cancellation);
        byte[] buffer = new byte[100];
        await server.SendAsync("part"u8.ToArray(), Cancellation);
        Assert.Equal(4, await stream.ReadAsync(buffer, Cancellation));

        // So that a stream on which nothing happens holds no buffer.
        ValueTask<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Cancellation);
        Assert.False(waiting.IsCompleted);
        await server.SendAsync("rest"u8.ToArray(), Cancellation);

        Assert.Equal(0, await waiting);
        Assert.Equal(4, await stream.ReadAsync(buffer, Cancellation));
    }

    /// <summary>Two requests of HTTP/2 for <c>/</c>, whose answers may be as long as they like.</summary>
    private static byte[] TwoGetsWithWideWindows()
    {
        byte[] head = [0x82, 0x86, 0x84, 0x41, 0x01, (byte)'h'];
        return
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(4, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]),
            .. Frame(8, 0, 0, [0x7f, 0xfe, 0, 0]),
            .. Frame(1, 5, 1, head),
            .. Frame(1, 5, 3, head),
        ];
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
