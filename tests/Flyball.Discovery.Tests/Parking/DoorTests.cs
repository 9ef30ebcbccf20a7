using System.Text;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Parking;

/// <summary>What clients do with their connections, and what becomes of them when the door closes.</summary>
public sealed class DoorTests
{
    private const string Datacenters = "GET /v1/catalog/datacenters HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task Stop_ManyRequestsOnTheirWayToRest_EachIsAnswered()
    {
        const int Clients = 200;
        await using DoorHost host = await DoorHost.StartAsync();
        ulong index = await RegisterAsync(host);
        RawClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new RawClient(host.Options.Consul!))];
        foreach (RawClient client in clients) await client.SendAsync(Wait(index));
        await WaitsAsync(host, Clients);
        // Those that came last are still with the server.
        await host.StopAsync();
        foreach (RawClient client in clients)
        {
            Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadAsync(), StringComparison.Ordinal);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Parked_HalfOfTheNextRequestSentAhead_GoesOnWithTheOtherHalf()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host);
        foreach (char one in Wait(index)) await client.SendAsync(one.ToString());
        await client.SendAsync(Datacenters[..20]);
        await WaitsAsync(host, 1);
        await client.SendAsync(Datacenters[20..30]);
        await RegisterAsync(host);
        Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync(Datacenters[30..]);
        Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parked_MoreSentAheadThanABufferHolds_AllIsAnsweredInOrder()
    {
        const int Ahead = 200;
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host);
        var text = new StringBuilder(Wait(index)).Append(Wait(index + 1));
        for (int i = 0; i < Ahead; i++) text.Append(Datacenters);
        await client.SendAsync(text.ToString());
        await WaitsAsync(host, 1);
        ulong next = await RegisterAsync(host);
        Assert.Contains($"X-Consul-Index: {next}\r\n", await client.ReadAsync(), StringComparison.Ordinal);
        // The second waits unless two revisions have passed already.
        await RegisterAsync(host);
        Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadAsync(), StringComparison.Ordinal);
        for (int i = 0; i < Ahead; i++)
            Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parked_SendsNoMore_CountsAsHungUp()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        ulong index = await RegisterAsync(host);
        await client.SendAsync(Wait(index));
        await WaitsAsync(host, 1);
        client.SendNoMore();
        await WaitsAsync(host, 0);
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task NotParked_SendsNoMore_IsAnswered()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var client = new RawClient(host.Options.Consul!);
        await client.SendAsync(Datacenters);
        client.SendNoMore();
        Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task Wait_HangsUpBeforeItsBodyCame_TakesNoPlace()
    {
        await using DoorHost host =
            await DoorHost.StartAsync(options => options with { BlockingQueriesPerAddressMax = 1 });
        ulong index = await RegisterAsync(host);
        using (var gone = new RawClient(host.Options.Consul!))
        {
            await gone.SendAsync(Wait(index)[..^2] + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            // The server asks for the body: it is in the middle of the request.
            Assert.Contains("100 Continue", await gone.ReadHeadAsync(), StringComparison.Ordinal);
        }

        using var next = new RawClient(host.Options.Consul!);
        await next.SendAsync(Wait(index));
        await WaitsAsync(host, 1);
        await RegisterAsync(host);
        Assert.StartsWith("HTTP/1.1 200 OK", await next.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EtcdWait_SecondOnItsConnection_HasATimeOfItsOwn()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("kv/upstreams/a/k", "zero");
        using var client = new RawClient(host.Options.EtcdKeys!);
        const string Wait = "GET /v2/keys/upstreams/a/k?wait=true HTTP/1.1\r\nHost: x\r\n\r\n";
        foreach (string value in (string[])["one", "two", "three"])
        {
            await client.SendAsync(Wait);
            await WaitsAsync(host, 1);
            // Less than the usual wait, and with the others before more than that.
            await host.AdvanceAsync(TimeSpan.FromMinutes(3));
            await host.PutAsync("kv/upstreams/a/k", value);
            string answer = await client.ReadAsync();
            Assert.Contains("\"action\":\"set\"", answer, StringComparison.Ordinal);
            Assert.Contains($"\"value\":\"{value}\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_ReaderIsSlow_GetsItWhole()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await PutMuchAsync(host);
        using var client = new RawClient(host.Options.Consul!);
        await client.SendAsync("GET /v1/kv/?recurse HTTP/1.1\r\nHost: x\r\n\r\n" + Datacenters);
        // Others are served while nobody reads this one's answer, which no buffer on the way holds.
        using var other = new RawClient(host.Options.Consul!);
        await other.SendAsync(Datacenters);
        Assert.EndsWith("[\"dc1\"]", await other.ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith("}]", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.EndsWith("[\"dc1\"]", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_ReaderHangsUpInTheMiddle_GivesItsConnectionBack(bool isReset)
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { ConnectionsMax = 2 });
        await PutMuchAsync(host);
        for (int round = 0; round < 4; round++)
        {
            // One of the two is the connection that the test registers by.
            await DoorHost.EventuallyAsync(
                async () =>
                {
                    using var client = new RawClient(host.Options.Consul!);
                    bool isTaken = !await client.IsClosedAsync("GET /v1/kv/?recurse HTTP/1.1\r\nHost: x\r\n\r\n");
                    client.Close(isReset);
                    return isTaken;
                },
                () => "a place is free again");
        }
    }

    private static string Wait(ulong index) =>
        $"GET /v1/health/service/a?index={index} HTTP/1.1\r\nHost: x\r\n\r\n";

    private static Task WaitsAsync(DoorHost host, int count) => DoorHost.EventuallyAsync(
        () => Task.FromResult((host.Index.Find("a")?.Watchers ?? 0) == count), () => $"{count} requests wait");

    private static async Task PutMuchAsync(DoorHost host)
    {
        string value = new('v', 500_000);
        for (int i = 0; i < 16; i++) await host.PutAsync($"kv/much/{i}", value);
    }

    /// <summary>Each time at another port; the service's index.</summary>
    private static async Task<ulong> RegisterAsync(DoorHost host)
    {
        ulong before = (await host.ReadAsync("health/service/a")).Index;
        await host.PutAsync("agent/service/register", $$"""{"Name":"a","Port":{{(before % 60_000) + 1}}}""");
        return (await host.ReadAsync("health/service/a")).Index;
    }
}
