using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Leading;

namespace Flyball.Scheduling.Tests.Leading;

public sealed class SchedulerLoopTests
{
    [Fact]
    public void Apply_WhileLeading_PlacesAtOnce() => LoopWorld.Run(async world =>
    {
        _ = world.Start();
        await world.Apply("web", 3);
        DateTimeOffset applied = world.Time.GetUtcNow();
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 3);

        Assert.Equal([0, 1, 2], world.Allocations("web").Select(row => row.Index).Order());
        Assert.InRange((world.Time.GetUtcNow() - applied).TotalMilliseconds, 0, 10);
    });

    [Fact]
    public void Apply_BeforeTheStart_IsPickedUp_InSeveralPasses() => LoopWorld.Run(async world =>
    {
        for (int i = 0; i < 300; i++) await world.Apply($"web{i}", 1);
        _ = world.Start();

        await world.Until(now => now.Count(Kinds.Allocation.Name) == 300);
        Assert.Equal(300, world.Store.Current.Count(Kinds.Rollout.Name));
    });

    [Fact]
    public void Failed_IsReplacedWhenItsTimeComes() => LoopWorld.Run(async world =>
    {
        _ = world.Start();
        await world.Apply("web", 1);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 1);
        Allocation first = world.Allocations("web")[0];
        await world.Report(first, AllocationPhase.Failed);
        DateTimeOffset failed = world.Time.GetUtcNow();
        await world.Until(now => now.Find(Kinds.Allocation.Key(first.Id)) is null);

        Assert.Equal(1, Assert.Single(world.Allocations("web")).Attempt);
        Assert.InRange((world.Time.GetUtcNow() - failed).TotalMilliseconds, 1000, 1030);
    });

    [Fact]
    public void TwoServers_OnlyOnePlans_AndTheOtherTakesOver() => LoopWorld.Run(async world =>
    {
        using var stop = new CancellationTokenSource();
        Task first = world.Start(stop);
        await world.Apply("web", 1);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 1);
        _ = world.Start();
        await world.Apply("web", 2);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 2);
        Assert.Equal([0, 1], world.Allocations("web").Select(row => row.Index).Order());

        stop.Cancel();
        await first;
        DateTimeOffset stopped = world.Time.GetUtcNow();
        await world.Apply("web", 3);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 3);
        // The lease was given up, so the other does not wait for its end.
        Assert.InRange((world.Time.GetUtcNow() - stopped).TotalSeconds, 0, 2);
    });

    [Fact]
    public void LeaseOfAnother_NothingIsWrittenUntilItEnds() => LoopWorld.Run(async world =>
    {
        LeaseEpoch? other = await world.Store.AcquireAsync(SchedulerLoop.LeaseName, "other", TimeSpan.FromMinutes(10));
        _ = world.Start();
        await world.Apply("web", 1);
        await Task.Delay(TimeSpan.FromMinutes(5), world.Time);
        Assert.Empty(world.Allocations("web"));

        await world.Store.ReleaseAsync(other!.Value);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 1);
    });

    [Fact]
    public void LongQuiet_TheLeaseIsRenewed() => LoopWorld.Run(async world =>
    {
        _ = world.Start();
        await world.Apply("web", 1);
        await world.Until(now => now.Count(Kinds.Allocation.Name) == 1);
        for (int i = 0; i < 120; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), world.Time);
            Assert.Null(await world.Store.AcquireAsync(SchedulerLoop.LeaseName, "thief", TimeSpan.FromSeconds(1)));
        }
    });

    [Fact]
    public void ConcurrentWriters_ConflictsAreRetried_AndTheLastWordHolds() => LoopWorld.Run(async world =>
    {
        _ = world.Start();
        for (int i = 1; i <= 60; i++) await world.Apply("web", 1 + (i % 4), $"web:{i % 3}");
        await world.Apply("web", 2, "web:9");
        while (world.Store.Current.Get(Kinds.Rollout, "shop.web") is not { Value.State: RolloutState.Completed })
        {
            foreach (Allocation row in world.Allocations("web"))
            {
                AllocationPhase wanted = row.Desired == DesiredState.Stop
                    ? AllocationPhase.Stopped : AllocationPhase.Running;
                if (world.Store.Current.Get(Kinds.AllocationStatus, row.Id)?.Value.Phase != wanted)
                    await world.Report(row, wanted);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), world.Time);
        }

        Assert.Equal(2, world.Allocations("web").Count(row => row.Desired == DesiredState.Run));
        int target = world.Store.Current.Get(Kinds.Rollout, "shop.web")!.Value.Value.TargetVersion;
        string name = WorkloadVersion.NameOf("shop.web", target);
        Assert.Equal("web:9", world.Store.Current.Get(Kinds.Version, name)!.Value.Value.Task.Image);
    });
}
