using System.Text.Json;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>Requests that wait for a change.</summary>
public sealed class BlockingTests
{
    [Fact]
    public async Task Wait_ForAService_IsWokenByItsOwnChangeOnly()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "a", 1);
        await RegisterAsync(host, "b", 1);
        ulong index = (await host.ReadAsync("health/service/a")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"health/service/a?index={index}&wait=10m");
        for (int port = 2; port < 20; port++) await RegisterAsync(host, "b", port);

        Assert.False(waiting.IsCompleted);
        Assert.Equal(index, (await host.ReadAsync("health/service/a")).Index);
        await RegisterAsync(host, "a", 99);
        (JsonElement json, ulong next) = await waiting;
        Assert.True(next > index);
        Assert.Equal(99, json[0].GetProperty("Service").GetProperty("Port").GetInt32());
    }

    [Fact]
    public async Task Wait_ForAServiceThatDoesNotExist_IsWokenWhenItComes()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        ulong index = (await host.ReadAsync("catalog/service/new")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"catalog/service/new?index={index}");
        await RegisterAsync(host, "other", 1);
        await RegisterAsync(host, "new", 5);
        Assert.Equal(5, (await waiting).Json[0].GetProperty("ServicePort").GetInt32());
    }

    [Fact]
    public async Task Wait_ServiceVanishes_IsWokenAndItsIndexGoesOn()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "a", 1);
        ulong index = (await host.ReadAsync("health/service/a")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"health/service/a?index={index}");
        await host.PutAsync("agent/service/deregister/a");
        (JsonElement json, ulong next) = await waiting;
        Assert.Equal(0, json.GetArrayLength());
        Assert.True(next > index);
        await RegisterAsync(host, "other", 1);
        Assert.Equal(next, (await host.ReadAsync("health/service/a")).Index);
    }

    [Fact]
    public async Task Wait_Over_AnswersWithTheSameIndex()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "a", 1);
        ulong index = (await host.ReadAsync("health/service/a")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"health/service/a?index={index}&wait=10s");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.Index.Find("a")!.Watchers == 1), () => "the request waits");
        TimeSpan waited = await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(1));
        Assert.True(waited >= TimeSpan.FromSeconds(10));
        Assert.Equal(index, (await waiting).Index);
        Assert.Equal(0, host.Index.Find("a")!.Watchers);
    }

    [Fact]
    public async Task Wait_IndexOfAnotherHistory_IsAnsweredAtOnce()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "a", 1);
        Assert.True((await host.ReadAsync("health/service/a?index=999999")).Index < 999999);
    }

    [Fact]
    public async Task Wait_BeyondTheBound_IsRefusedAndTheRestGoesOn()
    {
        await using DoorHost host =
            await DoorHost.StartAsync(options => options with { BlockingQueriesPerAddressMax = 2 });
        await RegisterAsync(host, "a", 1);
        ulong index = (await host.ReadAsync("health/service/a")).Index;
        Task<(JsonElement Json, ulong Index)>[] waiting =
            [.. Enumerable.Range(0, 2).Select(_ => host.ReadAsync($"health/service/a?index={index}"))];
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.Index.Find("a")!.Watchers == 2), () => "two requests wait");
        (int status, string text, _) = await host.SendAsync("GET", $"health/service/a?index={index}");
        Assert.Equal((429, true), (status, text.StartsWith("BlockingQueriesPerAddressMax:", StringComparison.Ordinal)));
        await RegisterAsync(host, "a", 2);
        foreach ((JsonElement _, ulong next) in await Task.WhenAll(waiting)) Assert.True(next > index);
    }

    [Fact]
    public async Task Wait_ServerStops_IsAnswered()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "a", 1);
        ulong index = (await host.ReadAsync("health/service/a")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"health/service/a?index={index}");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(host.Index.Find("a")!.Watchers == 1), () => "the request waits");
        await host.StopAsync();
        Assert.Equal(index, (await waiting).Index);
    }

    [Theory]
    [InlineData("health/service/a?index=x", "Invalid index")]
    [InlineData("health/service/a?index=1&wait=soon", "Invalid wait time")]
    [InlineData("health/service/a?stale&consistent", "conflicting semantics")]
    [InlineData("health/state/odd", "Unknown state")]
    public async Task Query_Malformed_IsRefusedByName(string path, string reason)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        (int status, string text, _) = await host.SendAsync("GET", path);
        Assert.Equal(400, status);
        Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_OnlyTheHealthChanges_IsNotWoken()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """{"Name":"a","Port":1,"Check":{"CheckID":"c","TTL":"1h"}}""");
        ulong index = (await host.ReadAsync("catalog/services")).Index;
        await host.PutAsync("agent/check/pass/c");
        Assert.Equal(index, (await host.ReadAsync("catalog/services")).Index);
        await RegisterAsync(host, "b", 1);
        Assert.True((await host.ReadAsync($"catalog/services?index={index}")).Index > index);
    }

    [Fact]
    public async Task Wait_ForKeys_IsWokenByThePrefixOnlyAndByDeletion()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("kv/p/one", "1");
        ulong index = (await host.ReadAsync("kv/p/?recurse")).Index;
        Task<(JsonElement Json, ulong Index)> waiting = host.ReadAsync($"kv/p/?recurse&index={index}");
        await host.PutAsync("kv/q", "1");
        Assert.False(waiting.IsCompleted);
        await host.PutAsync("kv/p/two", "2");
        ulong next = (await waiting).Index;
        Assert.True(next > index);
        waiting = host.ReadAsync($"kv/p/?recurse&index={next}");
        await host.SendAsync("DELETE", "kv/p/two");
        Assert.Equal(1, (await waiting).Json.GetArrayLength());
    }

    private static Task<string> RegisterAsync(DoorHost host, string name, int port) =>
        host.PutAsync("agent/service/register", $$"""{"Name":"{{name}}","Port":{{port}}}""");
}
