using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>What the scheduler placed, as clients of the doors see it.</summary>
public sealed class WorkloadTests
{
    [Fact]
    public async Task Endpoints_OfAllocations_AreInstancesByPortWithTheirHealth()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await NodeAsync(host);
        await PutAsync(host, "a1.http", "http", 9000, HealthState.Passing);
        await PutAsync(host, "a2.http", "http", 9001, HealthState.Critical);
        await PutAsync(host, "a1.admin", "admin", 9100, HealthState.Passing);

        await host.UntilAsync("health/service/shop.web", list => list.GetArrayLength() == 2);
        JsonElement passing = await host.GetAsync("health/service/shop.web?passing");
        Assert.Equal(
            9000, Assert.Single(passing.EnumerateArray()).GetProperty("Service").GetProperty("Port").GetInt32());
        Assert.Equal("machine", passing[0].GetProperty("Node").GetProperty("Node").GetString());
        JsonElement services = await host.GetAsync("catalog/services");
        Assert.Equal("""["http","version-3"]""", services.GetProperty("shop.web").ToString());
        Assert.True(services.TryGetProperty("shop.web-admin", out _));
    }

    [Fact]
    public async Task Endpoint_Drains_IsCriticalAndThenGone()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await PutAsync(host, "a1.http", "http", 9000, HealthState.Passing);
        await host.UntilAsync("health/service/shop.web?passing", list => list.GetArrayLength() == 1);
        await PutAsync(host, "a1.http", "http", 9000, HealthState.Passing, draining: true);
        await host.UntilAsync("health/service/shop.web?passing", list => list.GetArrayLength() == 0);
        Assert.Equal(1, (await host.GetAsync("health/service/shop.web")).GetArrayLength());
        await host.Store.CommitAsync(new StoreTransaction().Delete(Kinds.Endpoint.Key("a1.http")));
        await host.UntilAsync("catalog/services", list => list.ToString() == "{}");
    }

    private static async Task NodeAsync(DoorHost host) => await host.Store.CommitAsync(
        new StoreTransaction().Put(Kinds.Node, "n1", new Node
        {
            Id = "n1", Hostname = "machine", Address = "10.1.1.1", CpuCores = 1, MemoryBytes = 1,
            State = NodeState.Ready, ChangedUnixMs = 1,
        }));

    private static async Task PutAsync(
        DoorHost host, string name, string port, int number, HealthState health, bool draining = false) =>
        Assert.True((await host.Store.CommitAsync(new StoreTransaction().Put(Kinds.Endpoint, name, new Endpoint
        {
            Service = "shop.web", Port = port, Allocation = name.Split('.')[0], Version = 3, Node = "n1",
            Address = "10.1.1.1", PortNumber = number, Health = health, Draining = draining,
        }))).IsCommitted);
}
