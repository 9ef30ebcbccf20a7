using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Roles;

namespace Flyball.Simulation.Scenarios;

/// <summary>Agents that are killed and nodes that go, and what comes back.</summary>
public sealed class NodeTests
{
    [Fact(DisplayName = "Agent: killed at any moment of a start (1 server, 1 node)")]
    public void Agent_KilledAtAnyMomentOfAStart_RunsItOnce()
    {
        for (int ms = 0; ms < 120; ms += 3)
        {
            int moment = ms;
            Story.Tell(new Topology { Nodes = 1 }, seed: 1 + ms, async story =>
            {
                story.Users.Scale(story.App, 3);
                await story.Wait(moment / 1000.0);
                await story.During(async () =>
                {
                    story.Node.KillAgent();
                    await story.Wait(1);
                    story.Node.StartAgent();
                });
                await story.Settled();
                Assert.Equal(3, story.Tasks.Count);
            });
        }
    }

    [Fact(DisplayName = "Agent: killed and restarted with tasks running (1 server, 2 nodes)")]
    public void Agent_KilledAndRestarted_TakesItsTasksUpAgain() => Story.Tell(new Topology(), async story =>
    {
        string[] before = [.. story.Tasks.Select(task => task.Nonce)];
        await story.During(async () =>
        {
            foreach (SimulatedNode node in story.Cluster.Nodes) node.KillAgent();
            await story.Wait(3);
            foreach (SimulatedNode node in story.Cluster.Nodes) node.StartAgent();
        });
        await story.Settled();
        Assert.Equal(before, story.Tasks.Select(task => task.Nonce));
    });

    [Fact(DisplayName = "Agent: killed while a task drains (1 server, 1 node, 2 gateways)")]
    public void Agent_KilledWhileATaskDrains_StillStopsIt() => Story.Tell(
        new Topology { Nodes = 1, Gateways = 2 },
        async story =>
        {
            story.Users.Scale(story.App, 1);
            await story.Until("one drains", () => story.Stored.List(Kinds.Endpoint).Any(row => row.Value.Draining));
            await story.During(async () =>
            {
                story.Node.KillAgent();
                await story.Wait(2);
                story.Node.StartAgent();
            });
            await story.Settled();
            Assert.Single(story.Tasks);
        });

    [Fact(DisplayName = "Node: power fails with tasks running (1 server, 1 node)")]
    public void Node_PowerFails_StartsItsTasksAgain() => Story.Tell(new Topology { Nodes = 1 }, async story =>
    {
        await story.During(async () =>
        {
            story.Node.PowerOff();
            await story.Wait(5);
            story.Node.StartAgent();
        });
        await story.Settled();
        Assert.Equal(2, story.Healthy());
    });

    [Fact(DisplayName = "Node: cut off, replaced, and back with what ran there (1 server, 2 nodes)")]
    public void Node_CutOffAndBack_StopsWhatWasReplaced() => Story.Tell(new Topology(), async story =>
    {
        story.CutNode(story.Node);
        await story.Until("it is lost", () => story.StateOf(story.Node) == NodeState.Lost);
        await story.Until("it is replaced", () => story.Tasks.Count == 3);
        Assert.Single(story.Node.Engine.Running);
        story.Heal();
        await story.Settled();
        Assert.Equal(2, story.Tasks.Count);
    });

    [Fact(DisplayName = "Node: cut off for a moment (1 server, 2 nodes)")]
    public void Node_CutOffForAMoment_KeepsItsTasks() => Story.Tell(new Topology(), async story =>
    {
        string[] before = [.. story.Tasks.Select(task => task.Nonce)];
        story.CutNode(story.Node);
        await story.Wait(10);
        story.Heal();
        await story.Settled();
        Assert.Equal(before, story.Tasks.Select(task => task.Nonce));
    });

    [Fact(DisplayName = "Node: gone for ever (1 server, 3 nodes)")]
    public void Node_GoneForEver_IsReplacedAndLeavesNothing() => Story.Tell(
        new Topology { Nodes = 3, Apps = [new App("p0", "web") { Replicas = 3 }] },
        async story =>
        {
            await story.During(() =>
            {
                story.Node.TakeAway();
                return Task.CompletedTask;
            });
            await story.Settled();
            Assert.Equal(3, story.Tasks.Count);
            Assert.DoesNotContain(story.Stored.List(Kinds.Allocation), row => row.Value.Node == story.Node.Name);
        });

    [Fact(DisplayName = "Disk: full while allocations are made (1 server, 1 node)")]
    public void Disk_FullWhileAllocationsAreMade_NeverStartsWhatWasReportedFailed()
    {
        for (int seed = 1; seed <= 10; seed++)
            Story.Tell(new Topology { Nodes = 1 }, seed, async story =>
            {
                await story.During(async () =>
                {
                    story.Node.Disk.IsFull = true;
                    story.Users.Scale(story.App, 4);
                    await story.Until("one has failed", () => story.Stored.List(Kinds.AllocationStatus)
                        .Any(row => row.Value.Phase == AllocationPhase.Failed));
                    story.Node.Disk.IsFull = false;
                    story.Node.KillAgent();
                    story.Node.StartAgent();
                });
                await story.Settled();
                Assert.Equal(4, story.Tasks.Count);
            });
    }

    [Fact(DisplayName = "Disk: full while a task is to stop (1 server, 1 node)")]
    public void Disk_FullWhileATaskIsToStop_GivesItsWholeGracePeriod() => Story.Tell(
        new Topology { Nodes = 1 },
        async story =>
        {
            await story.During(async () =>
            {
                story.Node.Disk.IsFull = true;
                story.Users.Scale(story.App, 0);
                await story.Wait(5);
                story.Node.Disk.IsFull = false;
            });
            await story.Settled();
            Assert.Empty(story.Tasks);
        });
}
