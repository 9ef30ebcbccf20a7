using System.Net;
using System.Net.Sockets;
using System.Text;
using Flyball.Contracts.Agent;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Checking;

/// <summary>Checks that run, by the doors' own words.</summary>
public sealed class CheckRunTests
{
    [Fact]
    public async Task Ttl_NotRenewed_TurnsCriticalAndBack()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"10s"}}""");
        Assert.Equal(HealthState.Critical, host.EndpointOf("web")!.Health);
        await host.PutAsync("agent/check/pass/c?note=here");
        Assert.Equal(HealthState.Passing, host.EndpointOf("web")!.Health);
        await host.AdvanceAsync(TimeSpan.FromSeconds(8));
        await host.PutAsync("agent/check/pass/c");
        await host.AdvanceAsync(TimeSpan.FromSeconds(8));
        Assert.Equal("passing", await StatusAsync(host));
        await host.AdvanceAsync(TimeSpan.FromSeconds(4));
        await host.UntilAsync(
            "agent/checks", checks => checks.GetProperty("c").GetProperty("Output").GetString() == "TTL expired");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.EndpointOf("web")!.Health == HealthState.Critical), () => "critical");
        await host.PutAsync("agent/check/pass/c");
        Assert.Equal(HealthState.Passing, host.EndpointOf("web")!.Health);
    }

    [Fact]
    public async Task Ttl_RegisteredTwiceAndNeverRenewed_Expires()
    {
        const string Body = """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"10s","Status":"passing"}}""";
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", Body);
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await host.PutAsync("agent/service/register", Body);
        await host.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("passing", await StatusAsync(host));
        await host.AdvanceAsync(TimeSpan.FromSeconds(6));
        await host.UntilAsync(
            "agent/checks", checks => checks.GetProperty("c").GetProperty("Output").GetString() == "TTL expired");
    }

    [Fact]
    public async Task Ttl_OnlyRenewed_WritesNothing()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"10s"}}""");
        await host.PutAsync("agent/check/pass/c");
        long revision = host.Store.Current.Revision.Value;
        for (int i = 0; i < 20; i++) await host.PutAsync($"agent/check/pass/c?note={i}");
        Assert.Equal(revision, host.Store.Current.Revision.Value);
        Assert.Equal("19", (await host.GetAsync("agent/checks")).GetProperty("c").GetProperty("Output").GetString());
    }

    [Fact]
    public async Task Ttl_ServerWasAway_HasItsWholeTtlAndTheGrace()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"10s"}}""");
        await host.PutAsync("agent/check/pass/c");
        await host.StopAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await using DoorHost after = await host.RestartAsync();
        await after.AdvanceAsync(TimeSpan.FromSeconds(18));
        Assert.Equal("passing", await StatusAsync(after));
        await after.AdvanceAsync(TimeSpan.FromSeconds(3));
        await after.UntilAsync(
            "agent/checks", checks => checks.GetProperty("c").GetProperty("Status").GetString() == "critical");
    }

    [Fact]
    public async Task CheckId_ThatAnotherServiceTookOverAndLost_LeavesTheServerUp()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"a","Check":{"CheckID":"c","TTL":"60s"}}""");
        await host.PutAsync("agent/service/register", """{"Name":"b","Check":{"CheckID":"d","TTL":"60s"}}""");
        // As of two registrations at the same moment, of which neither saw the other.
        EditResult taken = await host.Get<Registrar>().EditServiceAsync(
            host.Options.NodeName, "b",
            service => service! with { Checks = [.. service.Checks, new() { Id = "c", Name = "c", Status = default }] },
            null, TestContext.Current.CancellationToken);
        await host.Index.WaitForAsync(taken.Revision, TestContext.Current.CancellationToken);
        await host.PutAsync("agent/service/deregister/b");
        await host.PutAsync("agent/service/deregister/a");

        await host.PutAsync("agent/service/register", """{"Name":"e","Check":{"CheckID":"e","TTL":"60s"}}""");
        await host.UntilAsync("agent/checks", checks => checks.TryGetProperty("e", out _));
    }

    [Fact]
    public async Task Ttl_UnknownOrOfAnotherKind_IsRefusedByName()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        Assert.Equal(404, (await host.SendAsync("PUT", "agent/check/pass/nix")).Status);
        await host.PutAsync("agent/check/register", """{"Name":"n","ID":"n","TCP":"127.0.0.1:1","Interval":"1h"}""");
        (int status, string text, _) = await host.SendAsync("PUT", "agent/check/pass/n");
        Assert.Equal((400, "CheckID \"n\" does not have associated TTL"), (status, text));
        (status, _, HttpResponseMessage answer) = await host.SendAsync("GET", "agent/check/pass/n");
        Assert.Equal((405, "PUT"), (status, answer.Content.Headers.Allow.Single()));
    }

    [Fact]
    public async Task Critical_ForLongerThanAllowed_IsDeregistered()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """
            {"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"10s","DeregisterCriticalServiceAfter":"90s"}}
            """);
        await host.PutAsync("agent/check/pass/c");
        await host.AdvanceAsync(TimeSpan.FromSeconds(80));
        Assert.Single((await host.GetAsync("health/service/web")).EnumerateArray());
        await DoorHost.EventuallyAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return (await host.GetAsync("health/service/web")).GetArrayLength() == 0;
        }, () => "gone");
        Assert.Null(host.EndpointOf("web"));
    }

    [Fact]
    public async Task Http_Probe_SaysWhatTheServerSays()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var server = new HttpListener();
        IPEndPoint door = DoorHost.Free();
        server.Prefixes.Add($"http://{door}/");
        server.Start();
        int answer = 200;
        Task serving = ServeAsync(server, () => answer);
        await host.PutAsync("agent/service/register", $$"""
            {"Name":"web","Port":80,"Check":{"CheckID":"c","HTTP":"http://{{door}}/h","Interval":"1s","Timeout":"5s"} }
            """);
        await MovingUntilAsync(host, "passing");
        Assert.Contains("200 OK Output: fine", (await host.GetAsync("agent/checks")).GetProperty("c")
            .GetProperty("Output").GetString(), StringComparison.Ordinal);
        answer = 429;
        await MovingUntilAsync(host, "warning");
        answer = 500;
        await MovingUntilAsync(host, "critical");
        server.Stop();
        await serving;
    }

    [Fact]
    public async Task Tcp_Probe_SaysWhetherSomebodyListens()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await host.PutAsync("agent/service/register", $$"""
            {"Name":"web","Port":80,"Check":{"CheckID":"c","TCP":"{{listener.LocalEndpoint}}","Interval":"1s"} }
            """);
        await MovingUntilAsync(host, "passing");
        listener.Stop();
        await MovingUntilAsync(host, "critical");
    }

    [Fact]
    public async Task Check_OfTheNode_CountsForEveryServiceOfTheAgent()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"web","Port":80}""");
        await host.PutAsync("agent/check/register", """{"Name":"disk","ID":"disk","TTL":"1h","Status":"passing"}""");
        Assert.Equal(HealthState.Passing, host.EndpointOf("web")!.Health);
        await host.PutAsync("agent/check/fail/disk");
        Assert.Equal(HealthState.Critical, host.EndpointOf("web")!.Health);
        Assert.Empty((await host.GetAsync("health/service/web?passing")).EnumerateArray());
        await host.PutAsync("agent/check/deregister/disk");
        Assert.Equal(HealthState.Passing, host.EndpointOf("web")!.Health);
    }

    [Fact]
    public async Task Check_IdOfAnotherService_IsRefused()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"a","Check":{"CheckID":"c","TTL":"1h"}}""");
        (int status, string text, _) = await host.SendAsync(
            "PUT", "agent/service/register", """{"Name":"b","Check":{"CheckID":"c","TTL":"1h"}}""");
        Assert.Equal(400, status);
        Assert.Contains("\"c\" is already that of another service", text, StringComparison.Ordinal);
    }

    private static async Task ServeAsync(HttpListener server, Func<int> status)
    {
        try
        {
            while (true)
            {
                HttpListenerContext request = await server.GetContextAsync();
                request.Response.StatusCode = status();
                await request.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes("fine"));
                request.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static async Task<string?> StatusAsync(DoorHost host) =>
        (await host.GetAsync("agent/checks")).GetProperty("c").GetProperty("Status").GetString();

    private static async Task MovingUntilAsync(DoorHost host, string status) =>
        await DoorHost.EventuallyAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(200));
            return await StatusAsync(host) == status;
        }, () => status);
}
