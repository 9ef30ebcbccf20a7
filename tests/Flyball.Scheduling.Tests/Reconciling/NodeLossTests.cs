using Flyball.Contracts.Agent;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Reconciling;

public sealed class NodeLossTests
{
    [Fact]
    public void Disconnected_LeavesEverythingAlone()
    {
        ToyWorld world = TwoNodes();
        string before = world.Describe("web");
        world.SetNode("n2", NodeState.Disconnected);
        world.Settle();

        Assert.Equal(before, world.Describe("web"));
    }

    [Fact]
    public void Lost_IsReplacedElsewhere_AndItsAllocationForgotten()
    {
        ToyWorld world = TwoNodes();
        world.SetNode("n2", NodeState.Disconnected);
        world.SetNode("n2", NodeState.Lost);
        world.Settle();

        Assert.Equal("0 v1 n1 Run Running+\n1 v1 n1 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void Returned_BeforeItsReplacementIsHealthy_IsKept()
    {
        ToyWorld world = TwoNodes();
        string original = world.Allocations("web").Single(row => row.Node == "n2").Id;
        world.SetNode("n2", NodeState.Lost);
        world.Reconcile();
        Assert.Equal(3, world.Allocations("web").Count);
        world.SetNode("n2", NodeState.Ready);
        world.Store.Put(Contracts.Kinds.AllocationStatus, original,
            world.Status(original)! with { Phase = AllocationPhase.Running });
        world.Settle();

        Assert.Contains(original, world.Allocations("web").Select(row => row.Id));
        Assert.Equal(2, world.Allocations("web").Count);
    }

    [Fact]
    public void Lost_WithNowhereToGo_RunsOnWhenItsNodeReturns()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 1, "ok:1").Settle();
        string original = world.Allocations("web")[0].Id;
        world.SetNode("n1", NodeState.Lost);
        world.Settle();
        Assert.Equal("no node can run it: 1 node is lost", world.Rollout("web").Waiting);

        world.SetNode("n1", NodeState.Ready);
        world.Settle();
        Assert.Equal(original, Assert.Single(world.Allocations("web")).Id);
        Assert.Equal(("", "0 v1 n1 Run Running+\n"), (world.Rollout("web").Waiting, world.Describe("web")));
    }

    private static ToyWorld TwoNodes() => new ToyWorld().WithNode("n1").WithNode("n2").Apply("web", 2, "ok:1").Settle();
}
