using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>What is written by hand takes nothing from anybody.</summary>
public sealed class CatalogueWriteTests
{
    [Theory]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Service":{"ID":"a","Service":"other"}}
        """, "Service.ID \"a\" is registered with the agent")]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Check":{"CheckID":"c","Name":"c","ServiceID":"a"}}
        """, "Check.ServiceID \"a\" is registered with the agent")]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Check":{"CheckID":"c","Name":"c","Status":"passing"}}
        """, "Check.CheckID \"c\" is already that of another service")]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Service":{"ID":"x","Service":"x"},
         "Checks":[{"CheckID":"fine","ServiceID":"x"},{"CheckID":"c","Name":"c","ServiceID":"x"}]}
        """, "Checks[1].CheckID \"c\" is already that of another service")]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Check":{"CheckID":"disk","Name":"disk","Status":"passing"}}
        """, "Check.CheckID \"disk\" is registered with the agent")]
    [InlineData("""
        {"Node":"node-a","SkipNodeUpdate":true,"Check":{"CheckID":"serfHealth","Name":"s","Status":"critical"}}
        """, "Check.CheckID \"serfHealth\" is already that of another service or of the node")]
    [InlineData("""
        {"Node":"new","Address":"10.0.0.2","Check":{"Node":"ext","CheckID":"k","Name":"k"}}
        """, "Check.Node \"ext\" is not the node \"new\"")]
    [InlineData("""
        {"Node":"new","Address":"10.0.0.2","ID":"40e4a748-2192-161a-0510-9bf59fe950b5"}
        """, "ID \"40e4a748-2192-161a-0510-9bf59fe950b5\" is that of node \"ext\"")]
    [InlineData("""
        {"Node":"new","Address":"10.0.0.2","Checks":[{"CheckID":"k","Name":"k"},{"CheckID":"k","Name":"l"}]}
        """, "Checks must be checks with an ID each")]
    public async Task Register_WhatIsAnothers_IsRefusedByTheFieldAndNothingIsWritten(string body, string expected)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"a","Check":{"CheckID":"c","TTL":"1h","Status":"passing"}}""");
        await host.PutAsync("agent/check/register", """{"Name":"disk","ID":"disk","TTL":"1h"}""");
        await host.PutAsync("catalog/register", """
            {"Node":"ext","Address":"10.0.0.1","ID":"40e4a748-2192-161a-0510-9bf59fe950b5"}
            """);
        long revision = host.Store.Current.Revision.Value;
        (int status, string text, _) = await host.SendAsync("PUT", "catalog/register", body);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal((400, revision), (status, host.Store.Current.Revision.Value));
    }

    [Fact]
    public async Task Register_CheckAfterCheck_IsRefusedByNameAtTheBound()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { ChecksMax = 2 });
        foreach (string id in new[] { "a", "b", "b" })
            await host.PutAsync("catalog/register", Body(id));
        (int status, string text, _) = await host.SendAsync("PUT", "catalog/register", Body("c"));
        Assert.Equal((429, true), (status, text.StartsWith("ChecksMax:", StringComparison.Ordinal)));

        await host.PutAsync("agent/service/register", """{"Name":"w","Checks":[{"CheckID":"x","TTL":"1h"}]}""");
        (status, text, _) = await host.SendAsync("PUT", "agent/service/register", """
            {"Name":"w","Checks":[{"CheckID":"y","TTL":"1h"},{"CheckID":"z","TTL":"1h"}]}
            """);
        Assert.Equal((429, true), (status, text.StartsWith("ChecksMax:", StringComparison.Ordinal)));

        static string Body(string id) =>
            $$$"""{"Node":"n","Address":"10.0.0.1","Check":{"CheckID":"{{{id}}}","Name":"{{{id}}}"}}""";
    }

    [Fact]
    public async Task Register_ByHandOnTheServersNode_IsTaken()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        const string Body = """
            {"Node":"node-a","SkipNodeUpdate":true,"Service":{"ID":"x","Service":"x","Port":1},
             "Checks":[{"CheckID":"c","ServiceID":"x","Status":"passing"},
             {"CheckID":"n","Name":"n","Status":"passing"}]}
            """;
        for (int i = 0; i < 2; i++) await host.PutAsync("catalog/register", Body);
        Assert.Single((await host.GetAsync("health/service/x?passing")).EnumerateArray());
    }
}
