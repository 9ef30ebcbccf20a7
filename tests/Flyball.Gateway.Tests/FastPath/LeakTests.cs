using System.Net.Sockets;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>
/// Clients and back ends that do everything wrong, many thousand times (with FLYBALL_LONG=1 a million, and 100,000 over
/// TLS, where each is a handshake): afterwards no descriptor, buffer, connection or count is left over.
/// </summary>
public sealed class LeakTests
{
    private const int Clients = 8;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1";

    private static readonly string[] BackEndFaults = ["/resets", "/closes", "/garbage", "/cut", "/trickles", "/nobody"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Way.Loops)]
    [InlineData(Way.SecureLoops)]
    public async Task FaultyRequests_LeaveNothingBehind(Way way)
    {
        await using KestrelBackend good = await KestrelBackend.StartAsync(AnswerAsync);
        await using RawBackend resets = RawBackend.Resets();
        await using RawBackend closes = RawBackend.Says("");
        await using RawBackend garbage = RawBackend.Says("\u0001\u0002 garbage\r\n\r\n");
        await using RawBackend cut = RawBackend.Says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\nhalf");
        await using RawBackend trickles =
            RawBackend.Says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc");
        int before = Descriptors();
        await using (GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way))
        {
            await gateway.RouteAsync();
            await gateway.EndpointAsync("good", good.Address);
            foreach ((string path, System.Net.IPEndPoint at) in new[]
            {
                ("/resets", resets.Address), ("/closes", closes.Address), ("/garbage", garbage.Address),
                ("/cut", cut.Address), ("/trickles", trickles.Address), ("/nobody", RawBackend.Nobody()),
            })
            {
                await gateway.RouteAsync(path[1..], route => route with { PathPrefix = path, Service = "bad" + path });
                await gateway.EndpointAsync(path[1..], at, service: "bad" + path);
            }

            int rounds = !IsLong ? 500 : (way.IsSecure() ? 100_000 : 1_000_000) / Clients;
            await Task.WhenAll(Enumerable.Range(1, Clients).Select(seed => MisbehaveAsync(gateway, seed, rounds)));
            await AssertQuietAsync(gateway, way.IsSecure());
        }

        // Sockets of the test's own clients and of the runtime come and go, and back ends close theirs in their time.
        await Until.HoldsAsync(() => Descriptors() <= before + 30);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/never")
        {
            var left = new TaskCompletionSource();
            context.RequestAborted.Register(() => left.TrySetResult());
            await left.Task;
            return;
        }

        await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
        await context.Response.WriteAsync(
            context.Request.Path == "/long" ? new string('x', 300_000) : "ok", CancellationToken.None);
    }

    private static async Task MisbehaveAsync(GatewayUnderTest gateway, int seed, int rounds)
    {
        var random = new Random(seed);
        for (int i = 0; i < rounds; i++)
        {
            using RawConnection client = await gateway.ConnectAsync();
            try
            {
                await MisbehaveAsync(client, random);
            }
            catch (IOException)
            {
                // The gateway had closed the connection already.
            }
        }
    }

    private static async Task MisbehaveAsync(RawConnection client, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                return;
            case 1:
                await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\nX: unfin");
                Reset(client);
                return;
            case 2:
                await client.SendAsync("GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
                if (random.Next(2) == 0) Reset(client);
                return;
            case 3:
                await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nnot all of it");
                return;
            case 4:
                await client.SendAsync("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
                if (random.Next(2) == 0) Reset(client);
                return;
            case 5:
                byte[] noise = new byte[random.Next(1, 300)];
                random.NextBytes(noise);
                await client.SendAsync(noise);
                client.Socket.Shutdown(SocketShutdown.Send);
                await client.RestAsync();
                return;
            case 6:
                await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
                client.Socket.Shutdown(SocketShutdown.Send);
                await client.RestAsync();
                return;
            case 7:
                await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nGET /bad\0");
                await client.RestAsync();
                return;
            default:
                string path = BackEndFaults[random.Next(BackEndFaults.Length)];
                await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                await client.RestAsync();
                return;
        }
    }

    private static void Reset(RawConnection client) => client.Socket.LingerState = new LingerOption(true, 0);

    private static async Task AssertQuietAsync(GatewayUnderTest gateway, bool isSecure)
    {
        var parts = gateway.Get<LoopParts>();
        foreach (EventLoop loop in gateway.Get<GatewayServer>().Loops!.Loops)
        {
            await Until.HoldsAsync(async () =>
                await loop.AskAsync(() => loop.Clients.Open + loop.Exchanges.Busy + loop.Buffers.Rented) == 0);
            if (isSecure) Assert.Equal(0, await loop.AskAsync(() => loop.Bio.Sessions));
        }

        await Until.HoldsAsync(() => parts.Connections == 0);
        foreach (var upstream in gateway.Table.Upstreams())
            Assert.All(upstream.Endpoints.All, endpoint => Assert.Equal(0, endpoint.InFlight));
    }

    /// <summary>Of sockets and what watches them; the runtime opens a file for each assembly that it loads.</summary>
    private static int Descriptors() => new DirectoryInfo("/proc/self/fd").GetFiles().Count(file =>
        file.LinkTarget is { } target && (target.StartsWith("socket:", StringComparison.Ordinal)
            || target.StartsWith("anon_inode:", StringComparison.Ordinal)));

    [Theory]
    [InlineData(Way.Loops)]
    [InlineData(Way.SecureLoops)]
    public async Task IdleConnections_HoldNoBuffers(Way way)
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(AnswerAsync);
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(way);
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        var clients = new List<RawConnection>();
        for (int i = 0; i < 500; i++)
        {
            clients.Add(await gateway.ConnectAsync());
            await clients[i].SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal("ok", (await clients[i].ReadAsync()).Body);
        }

        foreach (EventLoop loop in gateway.Get<GatewayServer>().Loops!.Loops)
        {
            await Until.HoldsAsync(
                async () => await loop.AskAsync(() => loop.Exchanges.Busy + loop.Buffers.Rented) == 0);
        }

        Assert.Equal(500, gateway.Get<LoopParts>().Connections);
        clients.ForEach(client => client.Dispose());
    }
}
