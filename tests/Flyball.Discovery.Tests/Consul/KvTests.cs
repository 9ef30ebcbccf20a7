using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Discovery.Tests.Doors;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Consul;

/// <summary>Keys, locks and sessions.</summary>
public sealed class KvTests
{
    [Fact]
    public async Task Keys_ReadInEveryWay_AreAsConsulShowsThem()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        Assert.Equal("true", await host.PutAsync("kv/web/a?flags=42", "hello"));
        await host.PutAsync("kv/web/sub/b", "");
        await host.PutAsync("kv/other", "x");

        JsonElement one = (await host.GetAsync("kv/web/a"))[0];
        Assert.Equal(("aGVsbG8=", 42ul, 0), (one.GetProperty("Value").GetString(),
            one.GetProperty("Flags").GetUInt64(), one.GetProperty("LockIndex").GetInt32()));
        Assert.False(one.TryGetProperty("Session", out _));
        Assert.Equal("hello", (await host.SendAsync("GET", "kv/web/a?raw")).Body);
        Assert.Equal(JsonValueKind.Null, (await host.GetAsync("kv/web/?recurse"))[1].GetProperty("Value").ValueKind);
        Assert.Equal("""["web/a","web/sub/"]""", (await host.GetAsync("kv/web/?keys&separator=/")).ToString());
        Assert.Equal("""["other","web/a","web/sub/b"]""", (await host.GetAsync("kv/?keys")).ToString());
        (int status, string body, HttpResponseMessage answer) = await host.SendAsync("GET", "kv/none");
        Assert.Equal((404, "", true), (status, body, answer.Headers.Contains("X-Consul-Index")));
    }

    [Fact]
    public async Task Key_LongerThanARowsName_IsKept()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string key = "k/" + new string('x', 400);
        await host.PutAsync("kv/" + key, "v");
        Assert.Equal(key, (await host.GetAsync("kv/k/?recurse"))[0].GetProperty("Key").GetString());
        (int status, string text, _) = await host.SendAsync("PUT", "kv/" + new string('y', 600), "v");
        Assert.Equal((400, true), (status, text.StartsWith("KeyCharsMax", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task CheckAndSet_OnlyAtTheRightIndex()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        Assert.Equal("true", await host.PutAsync("kv/a?cas=0", "1"));
        Assert.Equal("false", await host.PutAsync("kv/a?cas=0", "2"));
        long index = (await host.GetAsync("kv/a"))[0].GetProperty("ModifyIndex").GetInt64();
        Assert.Equal("false", await host.PutAsync($"kv/a?cas={index + 1}", "2"));
        Assert.Equal("true", await host.PutAsync($"kv/a?cas={index}", "2"));
        Assert.Equal("false", (await host.SendAsync("DELETE", $"kv/a?cas={index}")).Body);
        Assert.Equal("2", (await host.SendAsync("GET", "kv/a?raw")).Body);
        JsonElement now = (await host.GetAsync("kv/a"))[0];
        Assert.Equal(index, now.GetProperty("CreateIndex").GetInt64());
        Assert.Equal(
            "true", (await host.SendAsync("DELETE", $"kv/a?cas={now.GetProperty("ModifyIndex").GetInt64()}")).Body);
        Assert.Equal(404, (await host.SendAsync("GET", "kv/a")).Status);
    }

    [Fact]
    public async Task CheckAndSet_ManyAtOnce_OneWins()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string[] answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => host.PutAsync("kv/leader?cas=0", $"{i}")));
        Assert.Single(answers, "true");
    }

    [Fact]
    public async Task Lock_HeldBySession_IsExclusiveUntilReleased()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, """{"Name":"one"}""");
        string two = await SessionAsync(host, "");
        Assert.Equal("true", await host.PutAsync($"kv/lock?acquire={one}", "1"));
        Assert.Equal("true", await host.PutAsync($"kv/lock?acquire={one}", "again"));
        Assert.Equal("false", await host.PutAsync($"kv/lock?acquire={two}", "2"));
        JsonElement key = (await host.GetAsync("kv/lock"))[0];
        Assert.Equal(
            (one, 1, "again"), (key.GetProperty("Session").GetString(), key.GetProperty("LockIndex").GetInt32(),
            (await host.SendAsync("GET", "kv/lock?raw")).Body));
        Assert.Equal("false", await host.PutAsync($"kv/lock?release={two}"));
        Assert.Equal("true", await host.PutAsync($"kv/lock?release={one}"));
        Assert.Equal("true", await host.PutAsync($"kv/lock?acquire={two}", "2"));
        Assert.Equal(2, (await host.GetAsync("kv/lock"))[0].GetProperty("LockIndex").GetInt32());
        Assert.Equal(500, (await host.SendAsync("PUT", $"kv/lock?acquire={Guid.Empty}", "x")).Status);
    }

    [Fact]
    public async Task Session_Destroyed_ReleasesAtOnce()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, "{}");
        await host.PutAsync($"kv/lock?acquire={one}", "1");
        Assert.Equal("true", await host.PutAsync($"session/destroy/{one}"));
        Assert.False((await host.GetAsync("kv/lock"))[0].TryGetProperty("Session", out _));
        string two = await SessionAsync(host, "{}");
        Assert.Equal("true", await host.PutAsync($"kv/lock?acquire={two}", "2"));
    }

    [Fact]
    public async Task Session_NotRenewed_EndsAndItsKeyStaysClosedForTheDelay()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, """{"TTL":"10s","LockDelay":"20s"}""");
        await host.PutAsync($"kv/lock?acquire={one}", "1");
        await host.AdvanceAsync(TimeSpan.FromSeconds(8));
        await host.PutAsync($"session/renew/{one}");
        await host.AdvanceAsync(TimeSpan.FromSeconds(8));
        Assert.Equal(1, (await host.GetAsync($"session/info/{one}")).GetArrayLength());
        await MovingUntilAsync(host, $"session/info/{one}", list => list.GetArrayLength() == 0);
        string two = await SessionAsync(host, "{}");
        Assert.Equal("false", await host.PutAsync($"kv/lock?acquire={two}", "2"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(21));
        Assert.Equal("true", await host.PutAsync($"kv/lock?acquire={two}", "2"));
        Assert.Equal(404, (await host.SendAsync("PUT", $"session/renew/{one}")).Status);
    }

    [Fact]
    public async Task Session_WithDelete_TakesItsKeysAlong()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, """{"TTL":"10s","Behavior":"delete","LockDelay":"0s"}""");
        await host.PutAsync($"kv/lock?acquire={one}", "1");
        await MovingUntilAsync(host, "session/list", list => list.GetArrayLength() == 0);
        Assert.Equal(404, (await host.SendAsync("GET", "kv/lock")).Status);
    }

    [Fact]
    public async Task Session_CheckTurnsCritical_Ends()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"a","Check":{"CheckID":"c","TTL":"1h","Status":"passing"}}""");
        string one = await SessionAsync(host, """{"NodeChecks":["serfHealth","c"]}""");
        await host.PutAsync($"kv/lock?acquire={one}", "1");
        await host.PutAsync("agent/check/fail/c");
        await MovingUntilAsync(host, "session/list", list => list.GetArrayLength() == 0);
        Assert.False((await host.GetAsync("kv/lock"))[0].TryGetProperty("Session", out _));
        Assert.Equal(500, (await host.SendAsync("PUT", "session/create", """{"Checks":["c"]}""")).Status);
    }

    [Fact]
    public async Task Session_RestartOfTheServer_HasItsTtlAnewWithGrace()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, """{"TTL":"10s"}""");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await using DoorHost after = await host.RestartAsync();
        await after.AdvanceAsync(TimeSpan.FromSeconds(18));
        Assert.Equal(1, (await after.GetAsync($"session/info/{one}")).GetArrayLength());
        await MovingUntilAsync(after, "session/list", list => list.GetArrayLength() == 0);
    }

    [Fact]
    public async Task Values_BeyondTheBound_AreRefusedByName()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { KvEntriesMax = 2 });
        await host.PutAsync("kv/a", "1");
        await host.PutAsync("kv/b", "1");
        (int status, string text, _) = await host.SendAsync("PUT", "kv/c", "1");
        Assert.Equal((429, true), (status, text.StartsWith("KvEntriesMax:", StringComparison.Ordinal)));
        Assert.Equal("true", await host.PutAsync("kv/a", "2"));
        Assert.Equal(413, (await host.SendAsync("PUT", "kv/a", new string('x', 524_289))).Status);
    }

    [Fact]
    public async Task Value_GrownBeyondTheBytes_IsRefusedByName()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { KvBytesMax = 1_000 });
        await host.PutAsync("kv/a", "1");
        (int status, string text, _) = await host.SendAsync("PUT", "kv/a", new string('x', 2_000));
        Assert.Equal((429, true), (status, text.StartsWith("KvBytesMax:", StringComparison.Ordinal)));
        Assert.Equal("1", (await host.SendAsync("GET", "kv/a?raw")).Body);
        Assert.Equal("true", await host.PutAsync("kv/a", new string('x', 400)));
        Assert.Equal("true", await host.PutAsync("kv/a", new string('y', 400)));
        Assert.Equal("true", await host.PutAsync("kv/a", "2"));
    }

    [Theory]
    [InlineData("15", 15_000_000_000)]
    [InlineData("999", 60_000_000_000)]
    [InlineData("1000", 1_000)]
    [InlineData("\"20ns\"", 20_000_000_000)]
    [InlineData("\"250ms\"", 250_000_000)]
    [InlineData("\"2m\"", 60_000_000_000)]
    [InlineData("0", 0)]
    public async Task LockDelay_LessThanAThousand_IsSeconds(string given, long nanoseconds)
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string session = await SessionAsync(host, $$"""{"LockDelay":{{given}}}""");
        JsonElement info = (await host.GetAsync($"session/info/{session}"))[0];
        Assert.Equal(nanoseconds, info.GetProperty("LockDelay").GetInt64());
    }

    [Fact]
    public async Task Session_StoreRefusesItsEnd_EndsWhenTheStoreTakesIt()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var memory = new MemoryStore(time);
        using var store = new GatedStore(memory);
        await using DoorHost host = await DoorHost.StartAsync(
            store: memory, time: time, replace: services => services.AddSingleton<IResourceStore>(store));
        string one = await SessionAsync(host, """{"TTL":"10s"}""");
        store.Refuses = true;
        await DoorHost.EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            return Task.FromResult(store.Refused > 0);
        }, () => "refused");
        store.Refuses = false;
        await MovingUntilAsync(host, $"session/info/{one}", list => list.GetArrayLength() == 0);
    }

    [Fact]
    public async Task Session_HoldsMoreThanATransactionTakes_EndsAllTheSame()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        string one = await SessionAsync(host, "{}");
        for (int i = 0; i < 14; i++) await host.PutAsync($"kv/lock{i}?acquire={one}", new string('x', 500_000));
        Assert.Equal("true", await host.PutAsync($"session/destroy/{one}"));
        string two = await SessionAsync(host, "{}");
        for (int i = 0; i < 14; i++) Assert.Equal("true", await host.PutAsync($"kv/lock{i}?acquire={two}", ""));
    }

    [Fact]
    public async Task Delete_Recursive_TakesAllBelow()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        foreach (string key in new[] { "p/1", "p/2", "p/x/3", "q" }) await host.PutAsync("kv/" + key, "1");
        Assert.Equal("true", (await host.SendAsync("DELETE", "kv/p/?recurse")).Body);
        Assert.Equal("""["q"]""", (await host.GetAsync("kv/?keys")).ToString());
    }

    private static async Task MovingUntilAsync(DoorHost host, string path, Func<JsonElement, bool> expected) =>
        await DoorHost.EventuallyAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return expected(await host.GetAsync(path));
        }, () => path);

    private static async Task<string> SessionAsync(DoorHost host, string body)
    {
        using JsonDocument answer = JsonDocument.Parse(await host.PutAsync("session/create", body));
        return answer.RootElement.GetProperty("ID").GetString()!;
    }
}
