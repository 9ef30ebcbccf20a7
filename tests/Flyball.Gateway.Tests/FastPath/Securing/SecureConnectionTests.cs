using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath.Securing;

/// <summary>How connections at the TLS door begin and end with the loops in front, and who serves them.</summary>
public sealed class SecureConnectionTests : IAsyncLifetime
{
    private GatewayUnderTest gateway = null!;
    private KestrelBackend backend = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        backend = await KestrelBackend.StartAsync(context => context.Response.WriteAsync("ok", Cancellation));
        gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
    }

    private async Task<GatewayUnderTest> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        GatewayUnderTest started = await GatewayUnderTest.StartAsync(Way.SecureLoops, change);
        await started.RouteAsync();
        await started.EndpointAsync("a1", backend.Address);
        return started;
    }

    private Task<TcpClient> ConnectAsync() => ConnectAsync(gateway);

    private static async Task<TcpClient> ConnectAsync(GatewayUnderTest to)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, to.Port, Cancellation);
        return client;
    }

    /// <summary>Connections whose TLS the loops do.</summary>
    private static async Task<int> OnLoopsAsync(GatewayUnderTest of)
    {
        int count = 0;
        foreach (EventLoop loop in of.Get<GatewayServer>().Loops!.Loops)
        {
            count += await loop.AskAsync(
                () => loop.Poller.Sockets.Count(socket => socket is SecureClient { Tls: not null }));
        }

        return count;
    }

    private static async Task AssertQuietAsync(GatewayUnderTest of)
    {
        foreach (EventLoop loop in of.Get<GatewayServer>().Loops!.Loops)
        {
            await Until.HoldsAsync(async () =>
                await loop.AskAsync(() => loop.Clients.Open + loop.Bio.Sessions + loop.Buffers.Rented) == 0);
        }

        await Until.HoldsAsync(() => of.Get<LoopParts>().Connections == 0);
    }

    private static async Task<SslStream> HandshakeAsync(
        Stream over, SslProtocols protocols = SslProtocols.None, params SslApplicationProtocol[] offers)
    {
        var stream = new SslStream(over, false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = RawConnection.HostOverTls, EnabledSslProtocols = protocols,
                ApplicationProtocols = offers.Length == 0 ? null : [.. offers],
            },
            Cancellation);
        return stream;
    }

    private static async Task AskAsync(Stream stream)
    {
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream, leaveOpen: true);
        string answer = await reader.ReadToEndAsync(Cancellation);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("http/1.1", true)]
    [InlineData("http/1.1 h2", false)]
    [InlineData("h2", false)]
    public async Task Client_ByItsProtocols_IsServedByLoopsOrKestrel(string offers, bool onLoops)
    {
        using TcpClient tcp = await ConnectAsync();
        string[] names = offers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using SslStream stream = await HandshakeAsync(
            tcp.GetStream(), SslProtocols.None, [.. names.Select(one => new SslApplicationProtocol(one))]);

        Assert.Equal(offers.Split(' ')[^1] == "h2" ? "h2" : offers, stream.NegotiatedApplicationProtocol.ToString());
        if (!onLoops)
        {
            Assert.Equal(0, await OnLoopsAsync(gateway));
            return;
        }

        await Until.HoldsAsync(async () => await OnLoopsAsync(gateway) == 1);
        await AskAsync(stream);
    }

    [Fact]
    public async Task Client_WithUnknownProtocolsOnly_IsRefused()
    {
        using TcpClient tcp = await ConnectAsync();
        await Assert.ThrowsAnyAsync<Exception>(
            () => HandshakeAsync(tcp.GetStream(), SslProtocols.None, new SslApplicationProtocol("imap")));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, 1)]
    [InlineData(SslProtocols.Tls13, 1)]
    [InlineData(SslProtocols.Tls12, 7)]
    [InlineData(SslProtocols.Tls13, 100)]
    public async Task Handshake_InPieces_IsDone(SslProtocols protocols, int pieceLength)
    {
        using TcpClient tcp = await ConnectAsync();
        await using SslStream stream = await HandshakeAsync(new PieceStream(tcp.GetStream(), pieceLength), protocols);
        Assert.Equal(protocols, stream.SslProtocol);
        // The client may be done with its handshake before the gateway has read its last message.
        await Until.HoldsAsync(async () => await OnLoopsAsync(gateway) == 1);
        await AskAsync(stream);
    }

    [Fact]
    public async Task Handshake_CutAtEachByte_LeavesNothingBehind()
    {
        byte[] hello = await Hellos.RealAsync(RawConnection.HostOverTls, SslApplicationProtocol.Http11);
        for (int length = 0; length <= hello.Length; length++)
        {
            using TcpClient tcp = await ConnectAsync();
            await tcp.GetStream().WriteAsync(hello.AsMemory(0, length), Cancellation);
            if (length % 2 == 0) tcp.Client.LingerState = new LingerOption(true, 0);
        }

        await AssertQuietAsync(gateway);
    }

    [Fact]
    public async Task Handshake_ThatGoesOnWithGarbage_Fails()
    {
        byte[] hello = await Hellos.RealAsync(RawConnection.HostOverTls, SslApplicationProtocol.Http11);
        var random = new Random(5);
        for (int i = 0; i < 100; i++)
        {
            byte[] garbage = new byte[random.Next(1, 2_000)];
            random.NextBytes(garbage);
            using TcpClient tcp = await ConnectAsync();
            await using NetworkStream stream = tcp.GetStream();
            await SendAsync(stream, [.. hello, .. garbage]);
            await RestAsync(stream);
        }

        await AssertQuietAsync(gateway);
    }

    [Fact]
    public async Task PlainHttp_IsToldThatThisPortSpeaksTls()
    {
        string answer = await RawClient.ExchangeAsync(gateway.Port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("https", answer, StringComparison.Ordinal);
        Assert.Equal("", await RawClient.ExchangeAsync(gateway.Port, "\u0015\u0003\u0003\0\u0002\u0002\u0028"));
        Assert.Equal("", await RawClient.ExchangeAsync(gateway.Port, "\u0001\u0002\u0003"));
        await AssertQuietAsync(gateway);
    }

    [Fact]
    public async Task HugeClientHello_HarmsNobody()
    {
        byte[] huge = Hellos.Records(
            Hellos.Message(Hellos.Host(RawConnection.HostOverTls), Hellos.Extension(21, new byte[60_000])));
        using TcpClient tcp = await ConnectAsync();
        await using NetworkStream stream = tcp.GetStream();
        await SendAsync(stream, huge);
        await RestAsync(stream);
        using RawConnection good = await gateway.ConnectAsync();
        await good.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal("ok", (await good.ReadAsync()).Body);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100_000)]
    public async Task Handshake_SlowerThanItsTime_IsBrokenOff(int length)
    {
        await using GatewayUnderTest impatient = await StartAsync(options => options with
        {
            Tls = options.Tls with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) },
        });
        byte[] hello = await Hellos.RealAsync(RawConnection.HostOverTls);
        using TcpClient tcp = await ConnectAsync(impatient);
        await tcp.GetStream().WriteAsync(hello.AsMemory(0, Math.Min(length, hello.Length)), Cancellation);
        await RestAsync(tcp.GetStream());
        await AssertQuietAsync(impatient);
    }

    [Fact]
    public async Task SmallestBoundsOfHeads_LeaveRoomForAClientHello()
    {
        await using GatewayUnderTest small = await StartAsync(
            options => options with { HeaderBytesMax = 1024, AnswerHeaderKiBMax = 1 });
        using TcpClient tcp = await ConnectAsync(small);
        await using SslStream stream = await HandshakeAsync(tcp.GetStream());
        await AskAsync(stream);
    }

    [Fact]
    public async Task Pipelined_RequestsInOneRecordAndOneByteRecords_AreServedInOrder()
    {
        using RawConnection client = await gateway.ConnectAsync();
        const string Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        await client.SendAsync(string.Concat(Enumerable.Repeat(Request, 50)));
        foreach (char letter in Request) await client.SendAsync(letter.ToString());
        for (int i = 0; i < 51; i++) Assert.Equal("ok", (await client.ReadAsync()).Body);
    }

    private static async Task SendAsync(NetworkStream stream, byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, Cancellation);
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The door has had enough of it already.
        }
    }

    private static async Task RestAsync(Stream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
