using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping;
using Flyball.Metrics.Scraping.Targets;

namespace Flyball.Metrics.Ingestion.Tests.Scraping;

public sealed class ScheduleTests
{
    [Fact]
    public async Task Add_Target_IsScrapedAtItsPointOfEachInterval()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        long firstMs = ScrapeTarget.FirstDueMs(world.Target.Spec, StoreWorld.StartMs);
        Assert.InRange(firstMs, StoreWorld.StartMs, StoreWorld.StartMs + 14_999);
        world.Schedule.Add(world.Target);
        for (int step = 0; step < 60; step++)
        {
            world.Store.Clock.Advance(TimeSpan.FromSeconds(1));
            await world.Schedule.IdleAsync();
        }

        Assert.Equal(4, world.Fake.Requests.Count);
    }

    [Fact]
    public async Task Remove_Target_EndsItsSeries()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync();
        world.Fake.Body = "a 1\n";
        world.Schedule.Add(world.Target);
        world.Store.Clock.Advance(TimeSpan.FromSeconds(15));
        await world.Schedule.IdleAsync();
        world.Store.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.Schedule.IdleAsync();
        world.Schedule.Remove(world.Target);
        await world.Schedule.IdleAsync();
        int requests = world.Fake.Requests.Count;
        Assert.EndsWith("stale", world.Dump());
        world.Store.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.Schedule.IdleAsync();
        Assert.Equal(requests, world.Fake.Requests.Count);
    }

    [Fact]
    public async Task Scrape_TargetHangs_EndsAtTheTimeoutAndHoldsNobodyUp()
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync("scrape_timeout: 5s");
        world.Fake.Hangs = true;
        Task scrape = world.Runner.ScrapeAsync(world.Target, world.Store.NowMs, CancellationToken.None);
        Assert.False(scrape.IsCompleted);
        world.Store.Clock.Advance(TimeSpan.FromSeconds(5));
        await scrape;
        Assert.Equal("the target does not answer within 5 s", world.Target.Last!.Error);
    }

    [Fact]
    public async Task Pump_MoreTargetsThanPlaces_WaitForTheirTurn()
    {
        await using ScrapeWorld world =
            await ScrapeWorld.OpenAsync("scrape_timeout: 15s", new ScrapeOptions { ScrapesMax = 1 });
        var gate = new TaskCompletionSource();
        world.Fake.Gate = gate.Task;
        for (int index = 0; index < 3; index++)
            world.Schedule.Add(world.NewTarget(Labels.Of(("__address__", $"node{index}:1"))));
        world.Store.Clock.Advance(TimeSpan.FromSeconds(14.999));
        Assert.Single(world.Fake.Requests);
        gate.SetResult();
        await world.Schedule.IdleAsync();
        Assert.Equal(3, world.Fake.Requests.Count);
        Assert.Equal(1, world.Fake.AtOnceMax);
    }

    [Fact]
    public void NextDueMs_AnyDelay_StaysInTheRhythm() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Long[0, 1_000_000]).Sample((intervalMs, delayMs) =>
        {
            long nextMs = ScrapeTarget.NextDueMs(1000, intervalMs, 1000 + delayMs, out long missed);
            Assert.Equal(0, (nextMs - 1000) % intervalMs);
            Assert.InRange(nextMs, 1000 + delayMs + 1, 1000 + delayMs + intervalMs);
            Assert.Equal(((nextMs - 1000) / intervalMs) - 1, missed);
        });
}
