using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Placement;

public sealed class PlacementTests
{
    [Fact]
    public void NoNode_SaysWhatToDo()
    {
        ToyWorld world = new ToyWorld().Apply("web", 1, "ok:1").Settle();

        Assert.Equal("no node can run it: there is no node, start an agent", world.Rollout("web").Waiting);
    }

    [Fact]
    public void EveryNodeRefuses_TheReasonsAreCounted_AndSaidOnce()
    {
        ToyWorld world = new ToyWorld()
            .WithNode(
                "n1", node => node with { Drivers = [new DriverInfo("docker", false, "", "engine not reachable")] })
            .WithNode("n2", node => node with { Drivers = [] })
            .WithNode("n3", node => node with { State = NodeState.Lost })
            .WithNode("n4", node => node with { State = NodeState.Lost })
            .WithNode("n5")
            .WithNode("n6", node => node with { MemoryBytes = 1 << 20, Labels = Ssd })
            .Apply("web", 2, "ok:1", workload => workload with
            {
                Constraints = [new Constraint("node.labels.disk", true, "ssd")],
                Task = workload.Task with { Resources = new ResourceLimits { MemoryReservationBytes = 64 << 20 } },
            }).Settle();

        Assert.Equal(
            "no node can run it: 2 nodes are lost, 1 node does not satisfy node.labels.disk == ssd, "
            + "1 node has too little memory left (64 MiB needed), 1 node lacks driver docker, "
            + "1 node lacks driver docker (engine not reachable)",
            Assert.Single(world.Decisions("placement")).Reason);

        world.Store.Put(Contracts.Kinds.Node, "n5",
            world.Store.Current.Get(Contracts.Kinds.Node, "n5")!.Value.Value with { Labels = Ssd });
        world.Settle();
        Assert.Equal("0 v1 n5 Run Running+\n1 v1 n5 Run Running+\n", world.Describe("web"));
    }

    [Fact]
    public void Reservations_FillANodeAndNoMore()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("web", 5, "ok:1", workload => workload with
        {
            Task = workload.Task with { Resources = new ResourceLimits { CpuReservation = 1.1 } },
        }).Settle();

        Assert.Equal(3, world.Allocations("web").Count);
        Assert.Contains("too few CPU cores left (1.1 needed)", world.Rollout("web").Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public void RoomThatIsMade_IsTakenByWhoWaits()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").Apply("big", 1, "ok:1", Cores(3)).Settle();
        world.Apply("other", 1, "ok:1", Cores(2)).Settle();
        Assert.Empty(world.Allocations("other"));

        world.Remove("big");
        world.Settle();
        Assert.Equal("0 v1 n1 Run Running+\n", world.Describe("other"));
    }

    [Fact]
    public void BestFit_KeepsTheEmptyNodeForWhatIsLarge()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").WithNode("n2").Apply("a", 1, "ok:1", Cores(1)).Settle();
        string used = world.Allocations("a")[0].Node;
        world.Apply("b", 1, "ok:1", Cores(1)).Settle();
        world.Apply("c", 1, "ok:1", Cores(4)).Settle();

        Assert.Equal(used, world.Allocations("b")[0].Node);
        Assert.NotEqual(used, world.Allocations("c")[0].Node);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("127.0.0.1", "10.0.0.1", false)]
    [InlineData("0.0.0.0", "10.0.0.1", true)]
    public void FixedPort_IsHeldOnce(string? first, string? second, bool conflict)
    {
        ToyWorld world = new ToyWorld().WithNode("n1")
            .Apply("a", 1, "ok:1", Port(first)).Apply("b", 1, "ok:1", Port(second)).Settle();

        Assert.Equal(conflict ? 0 : 1, world.Allocations("b").Count);
        if (conflict)
            Assert.Contains("port 8080/tcp taken by shop.a", world.Rollout("b").Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public void FailedThere_TriesAnotherNode()
    {
        ToyWorld world = new ToyWorld().WithNode("n1").WithNode("n2").Apply("web", 1, "ok:1").Settle();
        Allocation first = world.Allocations("web")[0];
        world.Agents[first.Node].Fail(first.Id);
        world.Settle();

        Assert.NotEqual(first.Node, Assert.Single(world.Allocations("web")).Node);
    }

    private static SortedDictionary<string, string> Ssd => new(StringComparer.Ordinal) { ["disk"] = "ssd" };

    private static Func<Workload, Workload> Cores(double cores) => workload => workload with
    {
        Task = workload.Task with { Resources = new ResourceLimits { CpuReservation = cores } },
    };

    private static Func<Workload, Workload> Port(string? address) => workload => workload with
    {
        Task = workload.Task with { Ports =
            [new PortSpec { Name = "http", ContainerPort = 80, HostPort = 8080, HostAddress = address }] },
    };
}
