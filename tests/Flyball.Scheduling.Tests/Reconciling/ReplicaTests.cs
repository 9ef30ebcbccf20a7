using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Reconciling;

public sealed class ReplicaTests
{
    [Fact]
    public void Apply_ThreeReplicasOnTwoNodes_AreSpreadAndComplete()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").WithNode("n2").Apply("web", 3, "ok:1").Settle();

        Assert.Equal("0 v1 n1 Run Running+\n1 v1 n2 Run Running+\n2 v1 n1 Run Running+\n", world.Describe("web"));
        Assert.Equal(RolloutState.Completed, world.Rollout("web").State);
        Assert.Equal(1, world.Rollout("web").StableVersion);
    }

    [Fact]
    public void ScaleUp_KeepsWhatRuns_AndFillsFreeIndexes()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1").Settle();
        string first = world.Allocations("web")[0].Id;

        world.Scale("web", 3);
        world.Settle();

        Assert.Equal([0, 1, 2], world.Allocations("web").Select(row => row.Index).Order());
        Assert.Equal(0, world.Allocations("web").Single(row => row.Id == first).Index);
    }

    [Fact]
    public void ScaleDown_DropsTheUnhealthyFirst_ThenTheHighestIndex()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 4, "ok:1").Settle();
        string sick = world.Allocations("web").Single(row => row.Index == 1).Id;
        world.Agents["n1"].Crash(sick);

        world.Scale("web", 2);
        world.Reconcile();

        Assert.Equal([1, 3], Stopping(world).Order());
    }

    [Fact]
    public void ScaleOverridesApply_UntilItIsRemoved()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1").Settle();
        world.Scale("web", 3);
        world.Apply("web", 2, "ok:1").Settle();

        Assert.Equal(3, world.Allocations("web").Count);
    }

    [Fact]
    public void Stop_ThenStart_RunsNothingBetween()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 2, "ok:1").Settle();
        world.Change("web", workload => workload with { Stopped = true });
        world.Settle();
        Assert.Empty(world.Allocations("web"));

        world.Change("web", workload => workload with { Stopped = false });
        world.Settle();
        Assert.Equal("0 v1 n1 Run Running+\n1 v1 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void Remove_StopsAllAndLeavesNothingBehind()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 2, "ok:1").Settle();
        world.Scale("web", 3);
        world.Settle();
        world.Remove("web");
        world.Settle();

        Assert.Equal(["node/default/n1"], world.Store.Current.All().Select(row => row.Key.ToString()));
    }

    [Fact]
    public void Stop_OfANodeThatNeverAnswered_IsForgottenAfterItsTime()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1");
        world.Agents["n1"].Connected = false;
        world.Reconcile();
        world.Remove("web");
        world.Settle(secondsMax: 60);
        Assert.Single(world.Allocations("web"));

        world.Settle(secondsMax: 120);
        Assert.Empty(world.Allocations("web"));
    }

    [Fact]
    public void Failed_IsReplacedLaterAndLater_UntilARunLasts()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "missing:1").Settle(secondsMax: 20);

        string[] delays = [.. world.Decisions("restart").Select(decision => decision.Outcome.Split(' ')[^2])];
        Assert.Equal(["1", "2", "4", "8", "16"], delays);
        Assert.Single(world.Allocations("web"));
        Assert.Contains(
            "the image missing:1 does not exist", world.Decisions("restart")[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Failed_AfterALongRun_IsReplacedWithTheFirstDelay()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1").Settle();
        for (int i = 0; i < 3; i++)
        {
            world.Time.UnixMs += 31_000;
            world.Agents["n1"].Fail(world.Allocations("web")[0].Id);
            world.Settle();
        }

        Assert.Equal(3, world.Decisions("restart").Count);
        Assert.All(world.Decisions("restart"), decision =>
            Assert.EndsWith("in 1 s", decision.Outcome, StringComparison.Ordinal));
    }

    [Fact]
    public void Failed_AfterItsBoundedRestarts_IsLeftToTheUser()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("job", 1, "ok:1", workload => workload with
        {
            Task = workload.Task with { Restart =
                new RestartPolicy { Condition = RestartCondition.OnFailure, MaxAttempts = 2 } },
        }).Settle();
        string id = world.Allocations("job")[0].Id;
        AllocationStatus status = world.Status(id)!;
        world.Store.Put(
            Contracts.Kinds.AllocationStatus, id, status with { Phase = AllocationPhase.Failed, ExitCode = 3 });
        world.Settle();
        Assert.Equal(id, Assert.Single(world.Allocations("job")).Id);

        world.Change("job", workload => workload with { RestartGeneration = 1 });
        world.Settle();
        Assert.NotEqual(id, Assert.Single(world.Allocations("job")).Id);
        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("job"));
    }

    [Fact]
    public void Completed_OfARunOnceTask_IsNotStartedAgain()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("migrate", 1, "once:1", OnFailure).Settle();
        string id = world.Allocations("migrate")[0].Id;
        world.ChangeLeader();
        world.Settle();

        Assert.Equal(id, Assert.Single(world.Allocations("migrate")).Id);
        Assert.Equal(RolloutState.Completed, world.Rollout("migrate").State);

        world.Apply("migrate", 1, "once:2", OnFailure).Settle();
        Assert.Equal("0 v2 n1 Run Completed\n", world.Describe("migrate"));
    }

    [Fact]
    public void NewLeader_OfAConvergedWorld_PlansNothing()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 3, "ok:1").Apply("bad", 1, "crash:1").Settle();
        long revision = world.Store.Current.Revision.Value;
        int journal = world.Store.Journal.Count;

        world.ChangeLeader();
        world.Reconcile();

        Assert.Equal(revision, world.Store.Current.Revision.Value);
        Assert.Equal(journal, world.Store.Journal.Count);
    }

    private static Workload OnFailure(Workload workload) => workload with
    {
        Task = workload.Task with { Restart = new RestartPolicy { Condition = RestartCondition.OnFailure } },
    };

    private static IEnumerable<int> Stopping(ToyWorld world) =>
        world.Allocations("web").Where(row => row.Desired == DesiredState.Stop).Select(row => row.Index);
}
