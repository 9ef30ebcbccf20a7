using System.Text.Json;
using Flyball.Contracts.Agent;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>Registering with the agent, as clients do it.</summary>
public sealed class AgentTests
{
    [Fact]
    public async Task Register_Service_IsInHealthCatalogueAgentAndEndpoints()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """
            {"ID":"web1","Name":"web","Tags":["a","b"],"Address":"10.0.0.1","Port":8080,"Meta":{"v":"1"},
             "Weights":{"Passing":7,"Warning":2}}
            """);

        JsonElement health = await host.GetAsync("health/service/web");
        Assert.Equal("web1", health[0].GetProperty("Service").GetProperty("ID").GetString());
        Assert.Equal(8080, health[0].GetProperty("Service").GetProperty("Port").GetInt32());
        Assert.Equal(7, health[0].GetProperty("Service").GetProperty("Weights").GetProperty("Passing").GetInt32());
        Assert.Equal("serfHealth", health[0].GetProperty("Checks")[0].GetProperty("CheckID").GetString());
        JsonElement catalogue = await host.GetAsync("catalog/service/web");
        Assert.Equal("10.0.0.1", catalogue[0].GetProperty("ServiceAddress").GetString());
        Assert.Equal("node-a", catalogue[0].GetProperty("Node").GetString());
        Assert.Equal("""{"web":["a","b"]}""", (await host.GetAsync("catalog/services")).ToString());
        Assert.Equal(
            "web", (await host.GetAsync("agent/services")).GetProperty("web1").GetProperty("Service").GetString());
        Assert.Equal(
            ("web", "10.0.0.1", 8080, HealthState.Passing, 7),
            (host.EndpointOf("web1")!.Service, host.EndpointOf("web1")!.Address, host.EndpointOf("web1")!.PortNumber,
                host.EndpointOf("web1")!.Health, host.EndpointOf("web1")!.Weight));
    }

    [Fact]
    public async Task Deregister_Service_IsGoneEverywhere()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"web","Port":80,"Check":{"TTL":"1m"}}""");
        await host.PutAsync("agent/service/deregister/web");

        Assert.Empty((await host.GetAsync("health/service/web")).EnumerateArray());
        Assert.Equal("{}", (await host.GetAsync("catalog/services")).ToString());
        Assert.Equal("{}", (await host.GetAsync("agent/checks")).ToString());
        Assert.Null(host.EndpointOf("web"));
        (int status, string body, _) = await host.SendAsync("PUT", "agent/service/deregister/web");
        Assert.Equal((404, true), (status, body.StartsWith("Unknown service ID \"web\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Register_Again_KeepsTheStateOfTheSameCheckAndTheCreateIndex()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        const string Service = """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"1m"}}""";
        await host.PutAsync("agent/service/register", Service);
        await host.PutAsync("agent/check/pass/c?note=fine");
        (JsonElement before, ulong index) = await host.ReadAsync("health/service/web?passing");
        await host.PutAsync("agent/service/register", Service);
        Assert.Equal(index, (await host.ReadAsync("health/service/web")).Index);
        await host.PutAsync("agent/service/register", Service.Replace("80", "81", StringComparison.Ordinal));

        JsonElement after = (await host.GetAsync("health/service/web?passing"))[0];
        Assert.Equal(81, after.GetProperty("Service").GetProperty("Port").GetInt32());
        Assert.Equal(
            before[0].GetProperty("Service").GetProperty("CreateIndex").GetInt64(),
            after.GetProperty("Service").GetProperty("CreateIndex").GetInt64());
    }

    [Fact]
    public async Task Maintenance_OnAndOff_IsACriticalCheckAndTakesTheEndpointOut()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"web","Port":80}""");
        await host.PutAsync("agent/service/maintenance/web?enable=true&reason=upgrade");

        JsonElement check = (await host.GetAsync("agent/checks")).GetProperty("_service_maintenance:web");
        Assert.Equal(
            ("critical", "upgrade"), (check.GetProperty("Status").GetString(), check.GetProperty("Notes").GetString()));
        Assert.Empty((await host.GetAsync("health/service/web?passing")).EnumerateArray());
        Assert.Equal(HealthState.Critical, host.EndpointOf("web")!.Health);
        await host.PutAsync("agent/service/maintenance/web?enable=false");
        Assert.Equal(HealthState.Passing, host.EndpointOf("web")!.Health);
    }

    [Fact]
    public async Task NodeMaintenance_OnAndOff_TakesEveryServiceOfTheAgentOut()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"web","Port":80}""");
        await host.PutAsync("agent/service/register", """{"Name":"api","Port":81}""");
        await host.PutAsync("agent/maintenance?enable=true&reason=disk");

        Assert.Equal(HealthState.Critical, host.EndpointOf("web")!.Health);
        Assert.Equal(HealthState.Critical, host.EndpointOf("api")!.Health);
        Assert.Empty((await host.GetAsync("health/service/api?passing")).EnumerateArray());
        await host.PutAsync("agent/maintenance?enable=false");
        Assert.Equal(HealthState.Passing, host.EndpointOf("api")!.Health);
        Assert.Single((await host.GetAsync("health/service/api?passing")).EnumerateArray());
    }

    [Theory]
    [InlineData("""{"Port":80}""", "Missing service name")]
    [InlineData("""{"Name":"web","Port":"x"}""", "Port must be a whole number")]
    [InlineData("""{"Name":"web","Port":70000}""", "Port must be from 0 to 65535")]
    [InlineData("""{"Name":"web","Tags":[1]}""", "Tags must be a list of strings")]
    [InlineData("""{"Name":"web","Check":{"HTTP":"http://x/"}}""", "Interval must be > 0")]
    [InlineData("""{"Name":"web","Check":{"TTL":"ten"}}""", "Check.TTL must be a duration")]
    [InlineData("""{"Name":"web","Check":{"Args":["sh"],"Interval":"1s"}}""", "Check.Args must be absent")]
    [InlineData("""{"Name":"web","Checks":[{"TCP":"nowhere","Interval":"1s"}]}""", "Checks[0].TCP must be host:port")]
    [InlineData("""{"Name":"web","Weights":{"Passing":0}}""", "Weights.Passing must be from 1")]
    [InlineData("{\n\"Name\":", "line 2")]
    [InlineData("[]", "must be a JSON object")]
    public async Task Register_WhatCannotBeKept_IsRefusedByName(string body, string reason)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        (int status, string text, _) = await host.SendAsync("PUT", "agent/service/register", body);

        Assert.Equal(400, status);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Equal("{}", (await host.GetAsync("catalog/services")).ToString());
    }

    [Fact]
    public async Task Register_BeyondTheBound_IsRefusedByTheBoundsName()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { RegistrationsMax = 1 });
        await host.PutAsync("agent/service/register", """{"Name":"web","Port":80}""");
        (int status, string text, _) = await host.SendAsync("PUT", "agent/service/register", """{"Name":"api"}""");
        Assert.Equal((429, true), (status, text.StartsWith("RegistrationsMax:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Register_BodyTooLarge_Is413()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        (int status, string text, _) = await host.SendAsync("PUT", "agent/service/register", new string('x', 600_000));
        Assert.Equal((413, "Request body(600000 bytes) too large, max size: 524288 bytes."), (status, text));
    }

    [Fact]
    public async Task Register_FromAWebPage_IsRefused()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string answer = await DoorHost.RawAsync(
            host.Options.Consul!, "PUT /v1/kv/a HTTP/1.0\r\nOrigin: http://evil\r\nContent-Length: 1\r\n\r\nx");
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OfTheAgent_TellsByStatus()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"1m"}}""");
        Assert.Equal((503, "critical"), await StateAsync(host));
        await host.PutAsync("agent/check/warn/c");
        Assert.Equal((429, "warning"), await StateAsync(host));
        await host.PutAsync("agent/check/update/c", """{"Status":"passing","Output":"ok"}""");
        Assert.Equal((200, "passing"), await StateAsync(host));
        Assert.Equal(404, (await host.SendAsync("GET", "agent/health/service/id/nix")).Status);
    }

    private static async Task<(int, string)> StateAsync(DoorHost host)
    {
        (int status, string text, _) = await host.SendAsync("GET", "agent/health/service/name/web?format=text");
        return (status, text);
    }

    [Fact]
    public async Task Catalogue_RegisterAndDeregisterByHand_NodeServiceAndCheck()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("catalog/register", """
            {"Node":"ext","Address":"10.9.9.9","NodeMeta":{"external":"true"},
             "Service":{"ID":"db1","Service":"db","Port":5432},
             "Check":{"CheckID":"service:db1","ServiceID":"db1","Name":"by hand","Status":"passing"}}
            """);

        JsonElement health = (await host.GetAsync("health/service/db?passing&node-meta=external:true"))[0];
        Assert.Equal("10.9.9.9", health.GetProperty("Node").GetProperty("Address").GetString());
        Assert.Equal("10.9.9.9", host.Store.Current.Get(Contracts.Kinds.Endpoint, "reg:ext/db1")!.Value.Value.Address);
        Assert.Empty((await host.GetAsync("health/service/db?node-meta=external:false")).EnumerateArray());
        Assert.Equal(2, (await host.GetAsync("catalog/nodes")).GetArrayLength());
        await host.PutAsync("catalog/register", """
            {"Node":"ext","Address":"10.9.9.9","SkipNodeUpdate":true,
             "Check":{"CheckID":"service:db1","ServiceID":"db1","Name":"by hand","Status":"critical"}}
            """);
        Assert.Empty((await host.GetAsync("health/service/db?passing")).EnumerateArray());
        Assert.Equal(1, (await host.GetAsync("health/state/critical")).GetArrayLength());
        await host.PutAsync("catalog/deregister", """{"Node":"ext"}""");
        Assert.Equal("{}", (await host.GetAsync("catalog/services")).ToString());
        Assert.Equal(1, (await host.GetAsync("catalog/nodes")).GetArrayLength());
        Assert.Null(host.Store.Current.Get(Contracts.Kinds.Endpoint, "reg:ext/db1"));
    }

    [Fact]
    public async Task Registrations_RestartOfTheServer_AreAllThere()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"web","Port":80,"Check":{"CheckID":"c","TTL":"30s"}}""");
        await host.PutAsync("agent/check/pass/c");
        await host.PutAsync("kv/a", "x");
        await using DoorHost after = await host.RestartAsync();

        Assert.Single((await after.GetAsync("health/service/web?passing")).EnumerateArray());
        Assert.Equal("x", (await after.SendAsync("GET", "kv/a?raw")).Body);
    }
}
