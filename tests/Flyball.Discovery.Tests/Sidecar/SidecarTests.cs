using System.Net.Sockets;
using Flyball.Contracts.Agent;
using Flyball.Discovery.Sidecar;
using Flyball.Discovery.Sidecar.Showing;
using Flyball.Discovery.Tests.Doors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>Whole sidecars against a real Consul door.</summary>
public sealed class SidecarTests
{
    /// <summary>A store with something in it, as that of every server that has started.</summary>
    private static async Task<DoorHost> ServerAsync()
    {
        DoorHost host = await DoorHost.StartAsync(isReal: true);
        await host.PutAsync("kv/started", "yes");
        return host;
    }

    private static string Head(DoorHost host) => $"""
        catalogue: {host.Options.Consul}
        listen: none
        lease: 2s
        drain: 0s

        """;

    private static string Register(int port, string more = "") => $$"""
        register:
          - { service: cart, id: cart-1, port: {{port}}, address: 127.0.0.1,
              checks: [ { tcp: {{port}}, interval: 100ms } ]{{more}} }

        """;

    private static string Use(int port, string service = "cart") => $$"""
        use:
          - { service: {{service}}, port: {{port}}, wait: 50ms }

        """;

    private static Task UntilHealthAsync(DoorHost host, HealthState? health) => DoorHost.EventuallyAsync(
        () => Task.FromResult(host.EndpointOf("cart-1")?.Health == health),
        () => $"{host.EndpointOf("cart-1")}, not {health}");

    [Fact]
    public async Task Registered_ItsProcessFallsAndRises_TheCatalogueFollows()
    {
        await using DoorHost host = await ServerAsync();
        Socket process = SidecarHost.Speak("cart", out int port);
        await using SidecarHost sidecar = await SidecarHost.StartAsync(
            Head(host) + Register(port, ", weight: 7, tags: [a], meta: { team: x }"));
        await UntilHealthAsync(host, HealthState.Passing);
        Assert.Equal((7, port, "127.0.0.1"), (host.EndpointOf("cart-1")!.Weight, host.EndpointOf("cart-1")!.PortNumber,
            host.EndpointOf("cart-1")!.Address));

        process.Dispose();
        await UntilHealthAsync(host, HealthState.Critical);

        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
        again.Listen();
        await UntilHealthAsync(host, HealthState.Passing);
    }

    [Fact]
    public async Task Registered_AndForgottenByTheCatalogue_IsThereAgain()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("cart", out int port);
        await using SidecarHost sidecar = await SidecarHost.StartAsync(Head(host) + Register(port));
        await UntilHealthAsync(host, HealthState.Passing);
        await host.PutAsync("agent/service/deregister/cart-1");
        Assert.Null(host.EndpointOf("cart-1"));
        await UntilHealthAsync(host, HealthState.Passing);
    }

    [Fact]
    public async Task Stopped_InOrder_ItIsAway()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("cart", out int port);
        await using SidecarHost sidecar = await SidecarHost.StartAsync(Head(host) + Register(port));
        await UntilHealthAsync(host, HealthState.Passing);
        await sidecar.Sidecar.StopAsync(TestContext.Current.CancellationToken);
        Assert.Null(host.EndpointOf("cart-1"));
        Assert.False(SidecarStatus.Of(sidecar.Sidecar).Ready);
    }

    [Fact]
    public async Task Crashed_WithoutAWord_ItTurnsCriticalWithItsLease()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("cart", out int port);
        await using (await SidecarHost.StartAsync(Head(host) + Register(port)))
            await UntilHealthAsync(host, HealthState.Passing);
        await UntilHealthAsync(host, HealthState.Critical);
    }

    [Fact]
    public async Task Used_WithoutACatalogue_TheLastKnownServesAlsoAfterARestart()
    {
        using Socket process = SidecarHost.Speak("cart", out int port);
        int local = DoorHost.Free().Port;
        string directory;
        string yaml;
        await using (DoorHost host = await ServerAsync())
        {
            yaml = Head(host) + Use(local);
            await host.PutAsync(
                "agent/service/register", $$"""{"Name":"cart","ID":"c","Address":"127.0.0.1","Port":{{port}}}""");
            await using SidecarHost first = await SidecarHost.StartAsync(yaml);
            directory = first.Directory;
            await SidecarHost.UntilSaysAsync(local, "cart");
        }

        await using SidecarHost second = await SidecarHost.StartAsync(yaml, directory);
        for (int i = 0; i < 5; i++) Assert.Equal("cart", await SidecarHost.AskAsync(local));
        Assert.True(SidecarStatus.Of(second.Sidecar).Ready);

        // What is not used any more is not kept.
        Assert.Empty(await second.ReloadAsync(yaml.Replace("cart", "other")));
        string kept = "";
        await DoorHost.EventuallyAsync(
            async () => !(kept = await File.ReadAllTextAsync(Path.Combine(directory, "back-ends"))).Contains("cart"),
            () => kept);
    }

    [Fact]
    public async Task Used_ServiceThatNobodyKnows_IsRefusedClearlyAndTold()
    {
        await using DoorHost host = await ServerAsync();
        int local = DoorHost.Free().Port;
        await using SidecarHost sidecar = await SidecarHost.StartAsync(Head(host) + Use(local, "nobody"));
        Assert.Null(await SidecarHost.AskAsync(local));
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(SidecarStatus.Of(sidecar.Sidecar).Lacks.SequenceEqual(
                [$"use: nobody on 127.0.0.1:{local} has no back end: the catalogue knows none"])),
            () => string.Join('\n', SidecarStatus.Of(sidecar.Sidecar).Lacks));

        using Socket process = SidecarHost.Speak("late", out int port);
        await host.PutAsync(
            "agent/service/register", $$"""{"Name":"nobody","ID":"n","Address":"127.0.0.1","Port":{{port}}}""");
        await SidecarHost.UntilSaysAsync(local, "late");
    }

    [Fact]
    public async Task Reload_PortsComeAndGo_ConnectionsThatStandGoOn()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = RelayHost.Listen(out Discovery.Sidecar.Using.BackEndPlace place);
        await host.PutAsync(
            "agent/service/register", $$"""{"Name":"cart","ID":"c","Address":"127.0.0.1","Port":{{place.Port}}}""");
        int before = DoorHost.Free().Port;
        int after = DoorHost.Free().Port;
        await using SidecarHost sidecar = await SidecarHost.StartAsync(Head(host) + Use(before));
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(SidecarStatus.Of(sidecar.Sidecar).Ready), () => "not ready");
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(System.Net.IPAddress.Loopback, before, TestContext.Current.CancellationToken);
        using Socket accepted = await process.AcceptAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await sidecar.ReloadAsync(Head(host) + Use(after)));

        await RelayHost.SendAsync(accepted, "goes on", ends: true);
        Assert.Equal("goes on", await RelayHost.ReadToEndAsync(client));
        Assert.Null(await SidecarHost.AskAsync(before));
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await other.ConnectAsync(System.Net.IPAddress.Loopback, after, TestContext.Current.CancellationToken);
        using Socket otherAccepted = await process.AcceptAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reload_FileIsWrongOrAPortTaken_NothingChanges()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("cart", out int port);
        int local = DoorHost.Free().Port;
        string yaml = Head(host) + Register(port) + Use(local);
        await using SidecarHost sidecar = await SidecarHost.StartAsync(yaml);
        await UntilHealthAsync(host, HealthState.Passing);
        await SidecarHost.UntilSaysAsync(local, "cart");

        Assert.Contains("no key", (await sidecar.ReloadAsync(Head(host) + "nonsense: 1\n")).Single());
        Assert.Contains("another program listens there",
            (await sidecar.ReloadAsync(Head(host) + Use(port))).Single());
        Assert.Contains("takes a restart", (await sidecar.ReloadAsync(yaml + "loops: 2\n")).Single());

        Assert.Equal("cart", await SidecarHost.AskAsync(local));
        Assert.Equal(HealthState.Passing, host.EndpointOf("cart-1")!.Health);
    }

    [Fact]
    public async Task Reload_RegistrationsChangeAndGo_TheCatalogueFollows()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("cart", out int port);
        await using SidecarHost sidecar = await SidecarHost.StartAsync(Head(host) + Register(port));
        await UntilHealthAsync(host, HealthState.Passing);

        Assert.Empty(await sidecar.ReloadAsync(Head(host) + Register(port, ", weight: 9")));
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.EndpointOf("cart-1") is { Weight: 9, Health: HealthState.Passing }),
            () => $"{host.EndpointOf("cart-1")}");

        Assert.Empty(await sidecar.ReloadAsync(Head(host) + Use(DoorHost.Free().Port)));
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.EndpointOf("cart-1") is null), () => $"{host.EndpointOf("cart-1")}");
    }

    [Fact]
    public async Task Start_PortIsTaken_SaysWhich()
    {
        await using DoorHost host = await ServerAsync();
        using Socket process = SidecarHost.Speak("other", out int port);
        SidecarPortException taken = await Assert.ThrowsAsync<SidecarPortException>(
            () => SidecarHost.StartAsync(Head(host) + Use(port)));
        Assert.Equal(
            $"use: 127.0.0.1:{port} for cart cannot be had: another program listens there.", taken.Message);
    }

    [Fact]
    public async Task Token_TheCatalogueRefuses_IsTold()
    {
        System.Net.IPEndPoint address = DoorHost.Free();
        WebApplication catalogue = WebApplication.CreateSlimBuilder().Build();
        await using (catalogue)
        {
            catalogue.Urls.Add($"http://{address}");
            catalogue.Run(context =>
            {
                string token = context.Request.Headers["X-Consul-Token"].ToString();
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return context.Response.WriteAsync($"Permission denied for {token}");
            });
            await catalogue.StartAsync(TestContext.Current.CancellationToken);
            using Socket process = SidecarHost.Speak("cart", out int port);
            string token = Path.GetTempFileName();
            await File.WriteAllTextAsync(token, "wrong\n", TestContext.Current.CancellationToken);
            await using SidecarHost sidecar = await SidecarHost.StartAsync(
                $"catalogue: {address}\ntoken-file: {token}\nlisten: none\n"
                + Register(port) + Use(DoorHost.Free().Port));
            const string Expected =
                "it answers 403: Permission denied for wrong (is the token in token-file the right one?)";
            await DoorHost.EventuallyAsync(
                () => Task.FromResult(SidecarStatus.Of(sidecar.Sidecar).Lacks.Count(
                    lack => lack.EndsWith(Expected, StringComparison.Ordinal)) == 2),
                () => string.Join('\n', SidecarStatus.Of(sidecar.Sidecar).Lacks));
            File.Delete(token);
        }
    }
}
