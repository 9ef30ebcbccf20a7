using Flyball.Gateway.FastPath.Relaying;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.FastPath;

/// <summary>When no further connection may stand, those that ask nothing make room, the longest silent first.</summary>
public sealed class DisplacementTests
{
    private const int Max = 4;
    private const string Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(
        fast: true, options => options with { ConnectionsMax = Max, Loops = 1 });

    [Fact]
    public async Task FurtherConnection_IsServedAndTheLongestSilentOneIsClosed()
    {
        await using KestrelBackend backend = await KestrelBackend.StartAsync(c => c.Response.WriteAsync("ok"));
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        using RawConnection served = await OpenAsync(gateway, 1);
        using RawConnection silent = await OpenAsync(gateway, 2);
        using RawConnection halfHead = await OpenAsync(gateway, 3);
        using RawConnection last = await OpenAsync(gateway, 4);
        await halfHead.SendAsync("GET / HTTP/1.1\r\nHo");
        // Its request puts it behind the others.
        await AskAsync(served);

        using RawConnection fifth = await RawConnection.OpenAsync(gateway.Port);
        await AskAsync(fifth);
        Assert.Equal("", await silent.RestAsync());
        using RawConnection sixth = await RawConnection.OpenAsync(gateway.Port);
        await AskAsync(sixth);
        Assert.Equal("", await halfHead.RestAsync());
        foreach (RawConnection open in new[] { served, last, fifth, sixth }) await AskAsync(open);
        Assert.Equal(Max, gateway.Get<LoopParts>().Connections);
    }

    [Fact]
    public async Task AllCarryRequests_TheFurtherConnectionIsClosedAndTheyGoOn()
    {
        var end = new TaskCompletionSource();
        await using KestrelBackend backend = await KestrelBackend.StartAsync(async context =>
        {
            await end.Task;
            await context.Response.WriteAsync("ok");
        });
        await using GatewayUnderTest gateway = await StartAsync();
        await gateway.RouteAsync();
        await gateway.EndpointAsync("a1", backend.Address);
        var busy = new List<RawConnection>();
        for (int i = 0; i < Max; i++)
        {
            busy.Add(await RawConnection.OpenAsync(gateway.Port));
            await busy[i].SendAsync(Request);
        }

        var endpoint = gateway.Table.Upstreams().Single().Endpoints.All[0];
        await Until.HoldsAsync(() => endpoint.InFlight >= Max);
        using (RawConnection fifth = await RawConnection.OpenAsync(gateway.Port))
            Assert.Equal("", await fifth.RestAsync());
        end.SetResult();
        foreach (RawConnection connection in busy)
        {
            Assert.Equal("ok", (await connection.ReadAsync()).Body);
            connection.Dispose();
        }
    }

    private static async Task<RawConnection> OpenAsync(GatewayUnderTest gateway, int count)
    {
        RawConnection connection = await RawConnection.OpenAsync(gateway.Port);
        await Until.HoldsAsync(() => gateway.Get<LoopParts>().Connections >= count);
        return connection;
    }

    private static async Task AskAsync(RawConnection connection)
    {
        await connection.SendAsync(Request);
        Assert.Equal("ok", (await connection.ReadAsync()).Body);
    }
}
