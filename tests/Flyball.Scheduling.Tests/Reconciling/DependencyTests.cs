using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Reconciling;

public sealed class DependencyTests
{
    [Theory]
    [InlineData(DependencyCondition.Started, "slow:1", true)]
    [InlineData(DependencyCondition.Started, "crash:1", false)]
    [InlineData(DependencyCondition.Healthy, "sick:1", false)]
    [InlineData(DependencyCondition.Healthy, "ok:1", true)]
    [InlineData(DependencyCondition.CompletedSuccessfully, "ok:1", false)]
    [InlineData(DependencyCondition.CompletedSuccessfully, "once:1", true)]
    public void DependsOn_StartsWhenTheConditionHolds(DependencyCondition condition, string image, bool starts)
    {
        ToyWorld world = new ToyWorld().WithNode("n1")
            .Apply("web", 1, "ok:1", workload => On(workload, condition))
            .Apply("db", 1, image, RunOnce).Settle(secondsMax: 60);

        Assert.Equal(starts, world.Allocations("web").Count > 0);
        Assert.Equal(!starts, world.Rollout("web").Waiting.StartsWith("waits for db ", StringComparison.Ordinal));
    }

    [Fact]
    public void DependsOn_GatesTheFirstStartOnly()
    {
        ToyWorld world = new ToyWorld().WithNode("n1")
            .Apply("db", 1, "ok:1")
            .Apply("web", 1, "ok:1", workload => On(workload, DependencyCondition.Healthy)).Settle();
        world.Agents["n1"].Fail(world.Allocations("db")[0].Id);
        world.Agents["n1"].Fail(world.Allocations("web")[0].Id);
        world.Remove("db");
        world.Settle();

        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void DependsOn_WhatDoesNotExist_SaysSoOnce()
    {
        ToyWorld world = new ToyWorld().WithNode("n1")
            .Apply("web", 1, "ok:1", workload => On(workload, DependencyCondition.Started)).Settle();
        world.Change("web", workload => workload with { Replicas = 2 });
        world.Settle();

        Assert.Equal(
            ["waits for db, which does not exist"], world.Decisions("placement").Select(decision => decision.Reason));
    }

    [Fact]
    public void DependsOn_NotRequiredAndAbsent_IsNoObstacle()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1", workload => workload with
        {
            DependsOn = [new Dependency("cache", DependencyCondition.Healthy, Required: false)],
        }).Settle();

        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("web"));
    }

    private static Workload On(Workload workload, DependencyCondition condition) => workload with
    {
        DependsOn = [new Dependency("db", condition)],
    };

    private static Workload RunOnce(Workload workload) => workload with
    {
        Task = workload.Task with { Restart = new RestartPolicy { Condition = RestartCondition.OnFailure } },
    };
}
