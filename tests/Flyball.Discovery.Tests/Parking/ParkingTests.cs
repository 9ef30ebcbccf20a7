using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Parking;

/// <summary>Clients whose requests wait, as bytes on a connection.</summary>
public sealed class ParkingTests
{
    [Fact]
    public async Task Parked_Woken_TheConnectionGoesOn()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host, 1);
        for (int port = 2; port < 8; port++)
        {
            await client.SendAsync($"GET /v1/health/service/a?index={index} HTTP/1.1\r\nHost: x\r\n\r\n");
            await WaitsAsync(host, 1);
            ulong next = await RegisterAsync(host, port);
            string answer = await client.ReadAsync();
            Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
            Assert.Contains($"X-Consul-Index: {next}\r\n", answer, StringComparison.Ordinal);
            Assert.Contains($"\"Port\":{port}", answer, StringComparison.Ordinal);
            index = next;
        }
    }

    [Fact]
    public async Task Parked_RequestsSentAhead_AreAnsweredAfterItInTheirOrder()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host, 1);
        await client.SendAsync(
            $"GET /v1/health/service/a?index={index} HTTP/1.1\r\nHost: x\r\n\r\n"
            + "GET /v1/status/leader HTTP/1.1\r\nHost: x\r\n\r\n"
            + "GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n");
        await WaitsAsync(host, 1);
        await RegisterAsync(host, 2);
        Assert.Contains("\"Port\":2", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("200 OK", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parked_HangsUp_GivesItsPlaceBack(bool isReset)
    {
        await using DoorHost host =
            await DoorHost.StartAsync(options => options with { BlockingQueriesPerAddressMax = 1 });
        ulong index = await RegisterAsync(host, 1);
        for (int round = 0; round < 3; round++)
        {
            using var client = new RawClient(host.Options.Consul!);
            await client.SendAsync($"GET /v1/health/service/a?index={index} HTTP/1.1\r\nHost: x\r\n\r\n");
            await WaitsAsync(host, 1);
            client.Close(isReset);
            await WaitsAsync(host, 0);
        }
    }

    [Fact]
    public async Task Parked_WithABody_ItIsNotTakenForTheNextRequest()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host, 1);
        await client.SendAsync(
            $"GET /v1/health/service/a?index={index} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
            + "GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n");
        await WaitsAsync(host, 1);
        await RegisterAsync(host, 2);
        Assert.Contains("\"Port\":2", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.0\r\n\r\n")]
    [InlineData("HTTP/1.0\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    public async Task Parked_ClientWantsOneAnswer_IsAnsweredAndTheConnectionCloses(string rest)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        ulong index = await RegisterAsync(host, 1);
        Task<string> answer = DoorHost.RawAsync(
            host.Options.Consul!, $"GET /v1/health/service/a?index={index} {rest}");
        await WaitsAsync(host, 1);
        await RegisterAsync(host, 2);
        Assert.Contains("\"Port\":2", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_BeyondTheBound_AreClosedAndTheRestGoesOn()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { ConnectionsMax = 2 });
        using var one = new RawClient(host.Options.Consul!);
        using var two = new RawClient(host.Options.Consul!);
        foreach (RawClient client in (RawClient[])[one, two])
        {
            await client.SendAsync("GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
        }

        using var third = new RawClient(host.Options.Consul!);
        Assert.True(await third.IsClosedAsync());
        one.Close(isReset: false);
        await DoorHost.EventuallyAsync(
            async () =>
            {
                using var next = new RawClient(host.Options.Consul!);
                return !await next.IsClosedAsync("GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n");
            },
            () => "a place is free again");
        await two.SendAsync("GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.EndsWith("[\"dc1\"]", await two.ReadAsync(), StringComparison.Ordinal);
    }

    private static Task WaitsAsync(DoorHost host, int count) => DoorHost.EventuallyAsync(
        () => Task.FromResult(host.Index.Find("a")!.Watchers == count), () => $"{count} requests wait");

    private static async Task<ulong> RegisterAsync(DoorHost host, int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{host.Options.Consul}/v1/") };
        using var body = new StringContent($$"""{"Name":"a","Port":{{port}}}""");
        using HttpResponseMessage put = await http.PutAsync("agent/service/register", body);
        put.EnsureSuccessStatusCode();
        using HttpResponseMessage got = await http.GetAsync("health/service/a");
        return ulong.Parse(got.Headers.GetValues("X-Consul-Index").Single());
    }
}
