using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Tcp;

namespace Flyball.Gateway.Tests.Tcp;

public sealed class TcpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly ScalePolicy AtZero = new() { Workload = "shop.web", Min = 0, Max = 3 };

    private static Upstream Only(GatewayUnderTest gateway) => gateway.Table.Upstreams().Single();

    private static Route RouteTo(int port) => new() { Service = "shop.web", Protocol = "tcp", Listen = port };

    /// <summary>A connection as soon as the door is open.</summary>
    private static async Task<TcpClient> ConnectAsync(int port)
    {
        while (true)
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
                await Task.Yield();
            }
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, int length)
    {
        byte[] bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, Cancellation);
        return Encoding.ASCII.GetString(bytes);
    }

    [Fact]
    public async Task Connection_CarriesBytesBothWaysAndBothEnds()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));

        using TcpClient client = await ConnectAsync(port);
        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);
        NetworkStream near = client.GetStream();
        NetworkStream far = server.GetStream();
        // The server speaks first, as databases do; a half that has ended leaves the other one open.
        await far.WriteAsync("hello"u8.ToArray(), Cancellation);
        Assert.Equal("hello", await ReadAsync(near, 5));
        await near.WriteAsync("query"u8.ToArray(), Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("query", await ReadAsync(far, 5));
        Assert.Equal(0, await far.ReadAsync(new byte[1], Cancellation));
        await far.WriteAsync("rows"u8.ToArray(), Cancellation);
        server.Close();

        Assert.Equal("rows", await ReadAsync(near, 4));
        Assert.Equal(0, await near.ReadAsync(new byte[1], Cancellation));
        await Until.HoldsAsync(() => gateway.Get<TcpDoors>().Connections.Count == 0);
    }

    [Fact]
    public async Task Connection_EndpointRefuses_GoesToAnother()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.EndpointAsync("dead", RawBackend.Nobody());
        await gateway.EndpointAsync("live", (IPEndPoint)back.LocalEndpoint);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));

        for (int i = 0; i < 8; i++)
        {
            using TcpClient client = await ConnectAsync(port);
            using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);
            await server.GetStream().WriteAsync("x"u8.ToArray(), Cancellation);
            Assert.Equal("x", await ReadAsync(client.GetStream(), 1));
        }
    }

    [Fact]
    public async Task Connection_ServiceAtZero_WaitsForTheFirstInstance()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.PutAsync(Kinds.ScalePolicy, "shop.web", AtZero);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using TcpClient client = await ConnectAsync(port);
        await client.GetStream().WriteAsync("query"u8.ToArray(), Cancellation);
        await Until.HoldsAsync(() => Only(gateway).State.Waiting >= 1);

        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);

        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);
        Assert.Equal("query", await ReadAsync(server.GetStream(), 5));
        Assert.Equal(0, Only(gateway).State.Waiting);
    }

    [Fact]
    public async Task Connection_ServiceAtZeroAndTheClientLeaves_WaitsNoLonger()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.PutAsync(Kinds.ScalePolicy, "shop.web", AtZero);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using (TcpClient client = await ConnectAsync(port))
        {
            await Until.HoldsAsync(() => Only(gateway).State.Waiting >= 1);
        }

        await Until.HoldsAsync(() => Only(gateway).State.Waiting == 0 && Only(gateway).Line.Count == 0);
    }

    [Fact]
    public async Task Connection_ServiceAtZeroAndNobodyComes_IsReset()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.PutAsync(Kinds.ScalePolicy, "shop.web", AtZero);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port) with { Wait = TimeSpan.FromMilliseconds(200) });
        using TcpClient client = await ConnectAsync(port);
        await Assert.ThrowsAnyAsync<IOException>(
            async () => await client.GetStream().ReadExactlyAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task Drain_ConnectionThatStands_IsBusyUntilItEndsAndTheDoorClosesWithItsRoute()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using TcpClient client = await ConnectAsync(port);
        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);

        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint, draining: true);
        await gateway.CommitAsync(new Flyball.Base.Resources.StoreTransaction().Delete(Kinds.Route.Key("db")));

        Assert.Equal(["a1.http"], gateway.Table.Report().Busy);
        await server.GetStream().WriteAsync("still"u8.ToArray(), Cancellation);
        Assert.Equal("still", await ReadAsync(client.GetStream(), 5));
        server.Close();
        client.Close();
        await Until.HoldsAsync(() => gateway.Table.Report().Busy.Count == 0);
        await Until.HoldsAsync(async () => !await IsOpenAsync(port));
    }

    [Fact]
    public async Task Connection_BackEndResets_IsResetToo()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(fast: true);
        int port = RawBackend.FreeAddress().Port;
        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using TcpClient client = await ConnectAsync(port);
        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);

        // A reset before the gateway has noticed its connection would only be another try's reason.
        await server.GetStream().WriteAsync("x"u8.ToArray(), Cancellation);
        Assert.Equal("x", await ReadAsync(client.GetStream(), 1));
        server.Client.LingerState = new LingerOption(true, 0);
        server.Client.Close();

        await Assert.ThrowsAnyAsync<IOException>(
            async () => await client.GetStream().ReadExactlyAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task Connection_NoEndpointOrTooMany_IsClosed()
    {
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            fast: true, options => options with { Tcp = new TcpOptions { ConnectionsMax = 1 } });
        int port = RawBackend.FreeAddress().Port;
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using TcpClient nobody = await ConnectAsync(port);
        await Assert.ThrowsAnyAsync<IOException>(
            async () => await nobody.GetStream().ReadExactlyAsync(new byte[1], Cancellation));
        // The client sees its end before the gateway has stopped to count it.
        await Until.HoldsAsync(() => gateway.Get<TcpDoors>().Connections.Count == 0);

        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);
        using TcpClient first = await ConnectAsync(port);
        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);
        using TcpClient second = await ConnectAsync(port);
        Assert.Equal(0, await second.GetStream().ReadAsync(new byte[1], Cancellation));
        await server.GetStream().WriteAsync("x"u8.ToArray(), Cancellation);
        Assert.Equal("x", await ReadAsync(first.GetStream(), 1));
    }

    [Fact]
    public async Task Stop_ConnectionThatStands_IsBrokenOffAtTheLimit()
    {
        using var back = new TcpListener(IPAddress.Loopback, 0);
        back.Start();
        await using GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            fast: true, options => options with { StopTimeout = TimeSpan.FromMilliseconds(50) });
        int port = RawBackend.FreeAddress().Port;
        await gateway.EndpointAsync("a1", (IPEndPoint)back.LocalEndpoint);
        await gateway.PutAsync(Kinds.Route, "db", RouteTo(port));
        using TcpClient client = await ConnectAsync(port);
        using TcpClient server = await back.AcceptTcpClientAsync(Cancellation);

        await gateway.StopRoleAsync();

        Assert.Equal(0, gateway.Get<TcpDoors>().Connections.Count);
        Assert.False(await IsOpenAsync(port));
    }

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port, Cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
