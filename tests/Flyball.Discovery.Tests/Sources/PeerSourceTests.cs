using System.Net;
using System.Net.Sockets;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Sources;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>Another Flyball's Consul door, and its DNS, as sources.</summary>
public sealed class PeerSourceTests
{
    [Fact]
    public async Task Consul_Peer_IsFollowedWithHealthAndWeights()
    {
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        await RegisterAsync(other, "web", 1, ""","Weights":{"Passing":5,"Warning":1},"Tags":["v1"]""");
        await using DoorHost host = await SourceHost.StartAsync($"consul://{other.Options.Consul}");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        Endpoint one = Find(host, "web")!;
        Assert.Equal((5, HealthState.Passing), (one.Weight, one.Health));

        await RegisterAsync(other, "web", 2);
        await RegisterAsync(other, "api", 3);
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080", "10.0.0.2:8080");
        await host.UntilEndpointsAsync("api", "10.0.0.3:8080");
        await other.PutAsync("agent/check/fail/c3");
        await host.UntilAsync(_ => Find(host, "api")!.Health == HealthState.Critical);
        await other.PutAsync("agent/check/pass/c3");
        await host.UntilAsync(_ => Find(host, "api")!.Health == HealthState.Passing);
        await other.PutAsync("agent/service/deregister/s1");
        await host.UntilEndpointsAsync("web", "10.0.0.2:8080");

        await other.StopAsync();
        await host.UntilAsync(status => status.State == SourceState.Away);
        Assert.Equal(["10.0.0.2:8080"], host.Endpoints("web"));
    }

    [Fact]
    public async Task Consul_LastInstanceGone_GoesWhenConfirmed()
    {
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        await RegisterAsync(other, "web", 1);
        await using DoorHost host = await SourceHost.StartAsync(
            $"consul://{other.Options.Consul}", emptyAfter: TimeSpan.FromMilliseconds(500));
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await other.PutAsync("agent/service/deregister/s1");
        await host.UntilEndpointsAsync("web");
    }

    [Fact]
    public async Task Consul_EachOthersSource_DoNotKeepOneAnothersAlive()
    {
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        await RegisterAsync(other, "web", 1);
        await using DoorHost host = await SourceHost.StartAsync($"consul://{other.Options.Consul}");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await RegisterAsync(host, "api", 2);
        await using DoorHost third = await SourceHost.StartAsync($"consul://{host.Options.Consul}");
        await third.UntilEndpointsAsync("api", "10.0.0.2:8080");
        Assert.Empty(third.Endpoints("web"));
    }

    [Fact]
    public async Task Dns_SrvOfThePeersDoor_IsFollowed()
    {
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        await RegisterAsync(other, "web", 1);
        await RegisterAsync(other, "web", 2);
        await using DoorHost host = await SourceHost.StartAsync(
            $"dns://{other.Options.Dns}/_web._tcp.service.consul?prefix=east.");
        await host.UntilEndpointsAsync("east.web", "10.0.0.1:8080", "10.0.0.2:8080");
        await other.PutAsync("agent/check/fail/c1");
        await host.UntilEndpointsAsync("east.web", "10.0.0.2:8080");
        // Nothing passes: DNS says that there is no such name, and so it is kept until that is confirmed.
        await other.PutAsync("agent/check/fail/c2");
        await host.UntilAsync(status => status.Confirming == 1);
        Assert.Equal(["10.0.0.2:8080"], host.Endpoints("east.web"));
        await other.StopAsync();
        await host.UntilAsync(status => status.State == SourceState.Away);
        Assert.Equal(["10.0.0.2:8080"], host.Endpoints("east.web"));
    }

    [Fact]
    public async Task Dns_MoreThanADatagramHolds_ComesByTcp()
    {
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        for (int i = 1; i <= 60; i++) await RegisterAsync(other, "web", i);
        await using DoorHost host = await SourceHost.StartAsync(
            $"dns://{other.Options.Dns}/web.service.consul?port=9000&service=wide");
        await host.UntilAsync(_ => host.Endpoints("wide").Length == 60);
        Assert.Contains("10.0.0.60:9000", host.Endpoints("wide"));
    }

    [Theory]
    [InlineData("consul")]
    [InlineData("etcd")]
    public async Task Http_AnswersGarbage_ChangesNothingButTheStatus(string scheme)
    {
        using var liar = new HttpListener();
        IPEndPoint door = DoorHost.Free();
        liar.Prefixes.Add($"http://{door}/");
        liar.Start();
        Task lying = LieAsync(liar);
        await using DoorHost other = await DoorHost.StartAsync(isReal: true);
        await RegisterAsync(other, "web", 1);
        DoorHost host = await SourceHost.StartAsync($"consul://{other.Options.Consul}");
        await host.UntilEndpointsAsync("web", "10.0.0.1:8080");
        await host.StopAsync();
        await using DoorHost lied = await SourceHost.StartAsync(
            $"{scheme}://{door}/services/", host.Store, TimeSpan.FromMilliseconds(1));
        await lied.UntilAsync(status => status is { State: SourceState.Wrong, Endpoints: 1 });
        Assert.Equal(["10.0.0.1:8080"], lied.Endpoints("web"));
        liar.Stop();
        await lying;
    }

    [Fact]
    public async Task Dns_AnswersGarbage_ChangesNothingButTheStatus()
    {
        using var liar = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        Task lying = LieAsync(liar);
        await using DoorHost host = await SourceHost.StartAsync(
            $"dns://{liar.Client.LocalEndPoint}/web.example.com", emptyAfter: TimeSpan.FromMilliseconds(1));
        await host.UntilAsync(status => status.State == SourceState.Wrong);
        liar.Dispose();
        await lying;
    }

    private static Endpoint? Find(DoorHost host, string service) => host.Store.Current.List(Kinds.Endpoint)
        .Select(row => row.Value).FirstOrDefault(one => one.Service == service);

    private static Task<string> RegisterAsync(
        DoorHost host, string name, int number, string more = "") => host.PutAsync(
        "agent/service/register", $$"""
        {"Name":"{{name}}","ID":"s{{number}}","Address":"10.0.0.{{number}}","Port":8080{{more}},
        "Check":{"CheckID":"c{{number}}","TTL":"1h","Status":"passing"} }
        """);

    private static async Task LieAsync(HttpListener liar)
    {
        try
        {
            while (true)
            {
                HttpListenerContext request = await liar.GetContextAsync();
                request.Response.Headers["X-Consul-Index"] = "7";
                await request.Response.OutputStream.WriteAsync("[{\"kvs\":7}, "u8.ToArray());
                request.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    /// <summary>An answer to the question, with one record that ends in the middle.</summary>
    private static async Task LieAsync(UdpClient liar)
    {
        try
        {
            while (true)
            {
                UdpReceiveResult question = await liar.ReceiveAsync();
                byte[] answer = [.. question.Buffer, 0xC0, 0x0C, 0, 33];
                answer[2] |= 0x80;
                answer[7] = 1;
                await liar.SendAsync(answer, question.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
