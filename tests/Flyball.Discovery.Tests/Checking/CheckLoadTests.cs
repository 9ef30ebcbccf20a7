using Flyball.Base.Resources;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Tests.Doors;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Checking;

/// <summary>Checks that are slow, many, or told about from several sides at once.</summary>
public sealed class CheckLoadTests
{
    [Fact]
    public async Task Probes_AllPlacesTaken_TimetableGoesOnAndTheNextInLineFollows()
    {
        using var probe = new HeldProbe();
        await using DoorHost host = await StartAsync(probe);
        await RegisterAsync(host, "slow", "10.0.0.1:1");
        await MovingUntilAsync(host, () => probe.Begun.ContainsKey("10.0.0.1:1"));
        await RegisterAsync(host, "next", "10.0.0.2:1");
        await host.PutAsync(
            "agent/service/register", """{"Name":"t","Check":{"CheckID":"t","TTL":"5s","Status":"passing"}}""");
        await MovingUntilAsync(host, async () => await OutputAsync(host, "t") == "TTL expired");
        Assert.Equal(["10.0.0.1:1"], probe.Begun.Keys);
        probe.Release();
        await MovingUntilAsync(host, async () => await OutputAsync(host, "next") == "released");
    }

    [Fact]
    public async Task Probe_CheckIsDeregistered_IsCancelled()
    {
        using var probe = new HeldProbe();
        await using DoorHost host = await StartAsync(probe);
        await RegisterAsync(host, "slow", "10.0.0.1:1");
        await MovingUntilAsync(host, () => probe.Begun.ContainsKey("10.0.0.1:1"));
        await host.PutAsync("agent/service/deregister/slow");
        await DoorHost.EventuallyAsync(
            () => Task.FromResult(probe.Begun["10.0.0.1:1"].IsCancellationRequested), () => "cancelled");
    }

    [Fact]
    public async Task Bounds_OfTimeoutAndTtl_AreTakenInstead()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("agent/service/register", """
            {"Name":"web","Checks":[{"CheckID":"a","TCP":"127.0.0.1:1","Interval":"1h","Timeout":"10m"},
             {"CheckID":"b","TTL":"1us"},{"CheckID":"c","TTL":1}]}
            """);
        Assert.Equal("1m0s", await OfAsync(host, "a", "Timeout"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), host.Get<CheckBook>().Find("b")!.Spec.Ttl);
        Assert.Equal(TimeSpan.FromMilliseconds(100), host.Get<CheckBook>().Find("c")!.Spec.Ttl);
    }

    [Fact]
    public async Task Reports_ThatOverlap_LeaveTheNewest()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var memory = new MemoryStore(time);
        using var store = new GatedStore(memory);
        await using DoorHost host = await DoorHost.StartAsync(
            store: memory, time: time, replace: services => services.AddSingleton<IResourceStore>(store));
        await host.PutAsync(
            "agent/service/register", """{"Name":"t","Check":{"CheckID":"t","TTL":"1h","Status":"passing"}}""");
        store.HoldNext();
        Task<string> older = host.PutAsync("agent/check/fail/t?note=older");
        await store.Held;
        Task<string> newer = host.PutAsync("agent/check/pass/t?note=newer");
        await DoorHost.EventuallyAsync(async () => await OutputAsync(host, "t") == "newer", () => "newer");
        store.Release();
        await older;
        await newer;
        Assert.Equal("passing", await OfAsync(host, "t", "Status"));
    }

    [Fact]
    public async Task Report_StoreRefusesIt_IsWrittenLater()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var memory = new MemoryStore(time);
        using var store = new GatedStore(memory);
        await using DoorHost host = await DoorHost.StartAsync(
            store: memory, time: time, replace: services => services.AddSingleton<IResourceStore>(store));
        await host.PutAsync(
            "agent/service/register", """{"Name":"t","Check":{"CheckID":"t","TTL":"1h"}}""");
        store.Refuses = true;
        Assert.Equal(503, (await host.SendAsync("PUT", "agent/check/pass/t?note=here")).Status);
        store.Refuses = false;
        await MovingUntilAsync(host, async () => await OfAsync(host, "t", "Status") == "passing");
        Assert.Equal("here", await OutputAsync(host, "t"));
    }

    [Fact]
    public async Task Timetable_CheckRenewedOften_StandsInItOnce()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync(
            "agent/service/register", """{"Name":"t","Check":{"CheckID":"t","TTL":"24h","Status":"passing"}}""");
        for (int i = 0; i < 50; i++) await host.PutAsync("agent/check/pass/t");
        int entries = 0;
        while (host.Get<CheckTimetable>().Take(long.MaxValue - 1, out _, out _) is not null) entries++;
        Assert.Equal(1, entries);
    }

    private static Task<DoorHost> StartAsync(HeldProbe probe) => DoorHost.StartAsync(
        options => options with { ProbesMax = 1 }, replace: services => services.AddSingleton<ICheckProbe>(probe));

    private static Task<string> RegisterAsync(DoorHost host, string name, string target) => host.PutAsync(
        "agent/service/register", $$"""
        {"Name":"{{name}}","Check":{"CheckID":"{{name}}","TCP":"{{target}}","Interval":"1s","Timeout":"60s"} }
        """);

    private static Task<string?> OutputAsync(DoorHost host, string check) => OfAsync(host, check, "Output");

    private static async Task<string?> OfAsync(DoorHost host, string check, string field) =>
        (await host.GetAsync("agent/checks")).GetProperty(check).GetProperty(field).GetString();

    private static Task MovingUntilAsync(DoorHost host, Func<bool> condition) =>
        MovingUntilAsync(host, () => Task.FromResult(condition()));

    private static Task MovingUntilAsync(DoorHost host, Func<Task<bool>> condition) =>
        DoorHost.EventuallyAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return condition();
        }, () => string.Join(' ', host.Get<CheckBook>().List().Select(check => $"{check.Id}: {check.Output}")));
}
