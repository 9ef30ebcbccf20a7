using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Rollouts;

public sealed class RollingUpdateTests
{
    [Fact]
    public void NewSpec_StartFirst_NeverServesWithFewer()
    {
        ToyWorld world = Running(3);
        int fewest = int.MaxValue;
        int most = 0;
        world.Committed = (_, _, after) =>
        {
            Allocation[] wanted = [.. world.Allocations("web").Where(row => row.Desired == DesiredState.Run)];
            fewest = Math.Min(fewest, wanted.Count(row => world.Status(row.Id)?.Health == HealthState.Passing));
            most = Math.Max(most, wanted.Length);
        };
        world.Apply("web", 3, "ok:2").Settle();

        Assert.Equal("0 v2 n1 Run Running+\n1 v2 n1 Run Running+\n2 v2 n1 Run Running+\n", world.Describe("web"));
        Assert.Equal((3, 4), (fewest, most));
        Assert.Equal(2, world.Rollout("web").StableVersion);
    }

    [Theory]
    [InlineData(1, 0, 15_000, 15_300)]
    [InlineData(1, 10, 35_000, 35_300)]
    [InlineData(3, 10, 5_000, 5_300)]
    [InlineData(0, 0, 5_000, 5_300)]
    public void NewSpec_TakesMonitorAndDelayOfEachBatch(
        int parallelism, int delaySeconds, long atLeastMs, long atMostMs)
    {
        ToyWorld world = Running(
            3, update => update with { Parallelism = parallelism, Delay = TimeSpan.FromSeconds(delaySeconds) });
        long begin = world.Time.UnixMs;
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        while (world.Rollout("web").StableVersion != 2) world.Settle(secondsMax: 0).Time.UnixMs++;

        Assert.InRange(world.Time.UnixMs - begin, atLeastMs, atMostMs);
    }

    [Fact]
    public void NewSpec_StopFirst_NeverRunsMore()
    {
        ToyWorld world = Running(2, update => update with { Order = UpdateOrder.StopFirst });
        int most = 0;
        world.Committed = (_, _, after) =>
            most = Math.Max(
                most, world.Allocations("web").Count(row => world.Status(row.Id) is not { IsTerminal: true }));
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        world.Settle();

        Assert.Equal("0 v2 n1 Run Running+\n1 v2 n1 Run Running+\n", world.Describe("web"));
        Assert.Equal(2, most);
    }

    [Fact]
    public void NewSpec_StopFirstWithOneDownAlready_TakesNoOtherDown()
    {
        ToyWorld world = Running(2, update => update with { Order = UpdateOrder.StopFirst });
        world.Agents["n1"].Crash(world.Allocations("web").Single(row => row.Index == 0).Id);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        world.Reconcile();

        Assert.Equal(
            [0], world.Allocations("web").Where(row => row.Desired == DesiredState.Stop).Select(row => row.Index));
        world.Settle();
        Assert.Equal("0 v2 n1 Run Running+\n1 v2 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void NewSpec_OldOneHealthyAgainAfterACrashLoop_GoesOnUntilTheNewOneIsHealthy()
    {
        ToyWorld world = Running(1);
        Allocation old = world.Allocations("web").Single();
        world.Store.Put(
            Kinds.AllocationStatus, old.Id, world.Status(old.Id)! with { CrashLooping = true, Restarts = 3 });
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        world.Reconcile();

        Assert.Equal(DesiredState.Run, world.Allocations("web").Single(row => row.Id == old.Id).Desired);
        world.Settle();
        Assert.Equal("0 v2 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void NewSpec_AppliedAgainAfterARestartAndRemoval_ComesToRest()
    {
        ToyWorld world = Running(1);
        world.Change("web", workload => workload with { RestartGeneration = 1 });
        world.Settle();
        world.Remove("web");
        world.Reconcile();
        world.Apply("web", 1, "ok:1").Settle();

        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("web"));
        Assert.Equal(RolloutState.Completed, world.Rollout("web").State);
    }

    [Fact]
    public void NewSpecs_OfAStoppedWorkload_KeepABoundedHistory()
    {
        ToyWorld world = Running(1);
        world.Change("web", workload => workload with { Stopped = true });
        for (int i = 2; i < 40; i++)
        {
            string image = $"ok:{i}";
            world.Change("web", workload => workload with { Task = workload.Task with { Image = image } });
            world.Settle();
        }

        Assert.InRange(world.Store.Current.Count(Kinds.Version.Name), 2, 15);
    }

    [Fact]
    public void NewSpec_WithAFixedPortOnTheOnlyNode_StopsFirst()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1", WithPort).Settle();
        world.Apply("web", 1, "ok:2", WithPort).Settle();

        Assert.Equal("0 v2 n1 Run Running+\n", world.Describe("web"));
        Assert.Equal("", world.Rollout("web").Waiting);
    }

    [Theory]
    [InlineData("crash:2", "is crash-looping: exit code 1")]
    [InlineData("sick:2", "fails its health check: GET /healthz: 500")]
    [InlineData("missing:2", "failed: the image missing:2 does not exist")]
    [InlineData("slow:2", "not healthy after 300 s")]
    public void BrokenVersion_IsRolledBack_AndTheOldOnesStay(string image, string reason)
    {
        ToyWorld world = Running(3, check: true);
        string[] before = [.. world.Allocations("web").Select(row => row.Id)];
        world.Change("web", workload => workload with { Task = workload.Task with { Image = image } });
        world.Settle();

        Assert.Equal(before, world.Allocations("web").Select(row => row.Id));
        Rollout rollout = world.Rollout("web");
        Assert.Equal((RolloutState.RolledBack, 1, 2), (rollout.State, rollout.TargetVersion, rollout.RejectedVersion));
        Assert.Contains(reason, rollout.Reason, StringComparison.Ordinal);

        world.ChangeLeader();
        world.Settle();
        Assert.Equal(before, world.Allocations("web").Select(row => row.Id));
    }

    [Fact]
    public void BrokenVersion_ThatBrokeLate_IsReplacedByTheStableOne()
    {
        ToyWorld world = Running(3);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        for (int i = 0; i < 50 && Count(world, 2) < 2; i++) world.Settle(secondsMax: 0).Time.UnixMs += 1000;
        foreach (Allocation row in world.Allocations("web").Where(row => row.Version == 2))
            world.Agents["n1"].Fail(row.Id);
        world.Settle();

        Assert.Equal(3, Count(world, 1));
        Assert.Equal(RolloutState.RolledBack, world.Rollout("web").State);
    }

    [Fact]
    public void RejectedVersion_IsTriedAgain_OnlyWhenTheUserRestarts()
    {
        ToyWorld world = Running(1);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "sick:2" } });
        world.Settle();
        world.Change("web", workload => workload with { Replicas = 2 });
        world.Settle();
        Assert.Equal(2, Count(world, 1));

        world.Change("web", workload => workload with { RestartGeneration = 1 });
        world.Reconcile();
        Assert.Equal((RolloutState.Progressing, 2), (world.Rollout("web").State, world.Rollout("web").TargetVersion));
        world.Settle();
        Assert.Equal(RolloutState.RolledBack, world.Rollout("web").State);
    }

    [Fact]
    public void EarlierSpec_AppliedAgain_IsItsVersionAgain()
    {
        ToyWorld world = Running(1);
        world.Apply("web", 1, "ok:2").Settle();
        world.Apply("web", 1, "ok:1").Settle();

        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void FirstVersion_ThatFails_IsPausedAndRecoversByItself()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "missing:1").Settle(secondsMax: 5);
        Assert.Equal(RolloutState.Paused, world.Rollout("web").State);
        Assert.Contains("no earlier healthy version", world.Rollout("web").Reason, StringComparison.Ordinal);

        string id = world.Allocations("web")[0].Id;
        world.Store.Put(Contracts.Kinds.AllocationStatus, id, world.Status(id)! with
        {
            Phase = AllocationPhase.Running, Health = HealthState.Passing, HealthySinceUnixMs = 1,
        });
        world.Settle();
        Assert.Equal((RolloutState.Completed, 1), (world.Rollout("web").State, world.Rollout("web").StableVersion));
    }

    [Fact]
    public void Pause_LeavesOldAndNewAsTheyAre()
    {
        ToyWorld world = Running(3, update => update with { FailureAction = UpdateFailureAction.Pause });
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "sick:2" } });
        world.Settle();

        Assert.Equal((3, 1), (Count(world, 1), Count(world, 2)));
        Assert.Equal(RolloutState.Paused, world.Rollout("web").State);
    }

    [Fact]
    public void Continue_ReplacesAllRegardless_ButCallsItNotStable()
    {
        ToyWorld world = Running(3, update => update with { FailureAction = UpdateFailureAction.Continue });
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "sick:2" } });
        world.Settle();

        Assert.Equal((0, 3), (Count(world, 1), Count(world, 2)));
        Assert.Equal((RolloutState.Completed, 1), (world.Rollout("web").State, world.Rollout("web").StableVersion));
    }

    [Fact]
    public void NewSpec_InMidRollout_Supersedes()
    {
        ToyWorld world = Running(3);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:2" } });
        for (int i = 0; i < 50 && Count(world, 2) < 2; i++) world.Settle(secondsMax: 0).Time.UnixMs += 1000;
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "ok:3" } });
        world.Settle();

        Assert.Equal("0 v3 n1 Run Running+\n1 v3 n1 Run Running+\n2 v3 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void OldOneThatDies_WhileTheNewIsUnproven_IsReplacedByTheStableVersion()
    {
        ToyWorld world = Running(3, check: true);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "slow:2" } });
        world.Settle(secondsMax: 0);
        world.Agents["n1"].Fail(world.Allocations("web").First(row => row.Index == 2).Id);
        world.Settle(secondsMax: 10);

        Assert.Equal((3, 1), (Count(world, 1), Count(world, 2)));
    }

    [Fact]
    public void Restart_ReplacesEachOneByOne()
    {
        ToyWorld world = Running(2);
        string[] before = [.. world.Allocations("web").Select(row => row.Id)];
        world.Change("web", workload => workload with { RestartGeneration = 1 });
        world.Settle();

        Assert.Equal("0 v1 n1 Run Running+\n1 v1 n1 Run Running+\n", world.Describe("web"));
        Assert.Empty(world.Allocations("web").Select(row => row.Id).Intersect(before));
    }

    [Fact]
    public void ClockOfTheNode_FarAhead_DoesNotShortenTheMonitor()
    {
        ToyWorld world = Running(1, check: true);
        world.Change("web", workload => workload with { Task = workload.Task with { Image = "slow:2" } });
        world.Settle(secondsMax: 0);
        string id = world.Allocations("web").Single(row => row.Version == 2).Id;
        AllocationStatus status = world.Status(id)!;
        world.Store.Put(Contracts.Kinds.AllocationStatus, id, status with
        {
            Phase = AllocationPhase.Running, Health = HealthState.Passing,
                HealthySinceUnixMs = world.Time.UnixMs - 3_600_000,
        });
        world.Settle(secondsMax: 4);
        Assert.Equal(1, Count(world, 1));
        world.Settle(secondsMax: 4);
        Assert.Equal(0, Count(world, 1));
    }

    [Fact]
    public void Versions_BeyondTheHistory_AreDropped()
    {
        ToyWorld world = Running(1);
        for (int i = 2; i <= 16; i++) world.Apply("web", 1, $"ok:{i}").Settle();

        int[] kept = [.. world.Store.Current.List(Contracts.Kinds.Version).Select(row => row.Value.Number).Order()];
        Assert.Equal(16, kept[^1]);
        Assert.InRange(kept.Length, 11, 13);
    }

    private static int Count(ToyWorld world, int version) =>
        world.Allocations("web").Count(row => row.Version == version && row.Desired == DesiredState.Run);

    private static ToyWorld Running(
        int replicas, Func<UpdatePolicy, UpdatePolicy>? update = null, bool check = false) =>
        new ToyWorld().WithNode("n1").Apply("web", replicas, "ok:1", workload => workload with
        {
            Update = update?.Invoke(workload.Update) ?? workload.Update,
            Task = workload.Task with { HealthCheck = check
                ? new HealthCheckSpec { Kind = HealthCheckKind.Http } : null },
        }).Settle();

    private static Workload WithPort(Workload workload) => workload with
    {
        Task = workload.Task with { Ports = [new PortSpec { Name = "http", ContainerPort = 80, HostPort = 8080 }] },
    };
}
