using Flyball.Discovery.Indexing;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Indexing;

/// <summary>What is left of what is gone.</summary>
public sealed class CatalogueIndexTests
{
    [Fact]
    public async Task Service_Vanished_IsToldByItsNameInAnyCase()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"Web"}""");
        ulong before = (await host.ReadAsync("catalog/service/web")).Index;
        await host.PutAsync("agent/service/deregister/Web");
        ulong after = (await host.ReadAsync("catalog/service/web")).Index;
        Assert.True(after > before, $"{after} after {before}");
        Assert.Equal((await host.ReadAsync("catalog/service/Web")).Index, after);
    }

    [Fact]
    public async Task Node_GoneWithAllOnIt_IsForgotten()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("catalog/register", """{"Node":"n","Address":"10.0.0.1","Service":{"Service":"a"}}""");
        NodeEntry entry = host.Index.Nodes.Find("n")!;
        await host.PutAsync("catalog/deregister", """{"Node":"n"}""");
        Assert.NotSame(entry, host.Index.Nodes.OfRegistration("n"));
    }

    [Fact]
    public async Task Node_GoneWhileAServiceIsOnIt_StaysUntilThatGoes()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("catalog/register", """{"Node":"n","Address":"10.0.0.1"}""");
        await host.PutAsync("catalog/register", """{"Node":"m","Address":"10.0.0.2","Service":{"Service":"a"}}""");
        NodeEntry entry = host.Index.Nodes.Find("m")!;
        await host.PutAsync("catalog/register", """{"Node":"m","Address":"10.0.0.3","Service":{"Service":"a"}}""");
        Assert.Same(entry, host.Index.Nodes.OfRegistration("m"));
        await host.PutAsync("catalog/deregister", """{"Node":"m","ServiceID":"a"}""");
        Assert.Same(entry, host.Index.Nodes.OfRegistration("m"));
        await host.PutAsync("catalog/deregister", """{"Node":"m"}""");
        Assert.NotSame(entry, host.Index.Nodes.OfRegistration("m"));
    }

    [Fact]
    public async Task Node_WhoseRowIsADigest_GoesWhenItIsDeregistered()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("catalog/register", """{"Node":"#n","Address":"10.0.0.1"}""");
        Assert.Equal(2, (await host.GetAsync("catalog/nodes")).GetArrayLength());
        await host.PutAsync("catalog/deregister", """{"Node":"#n"}""");
        Assert.Equal(1, (await host.GetAsync("catalog/nodes")).GetArrayLength());
    }
}
