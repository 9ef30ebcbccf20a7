using Flyball.Contracts;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Roles;

namespace Flyball.Simulation.Scenarios;

/// <summary>Gateways that restart and drains that wait for them.</summary>
public sealed class GatewayTests
{
    [Fact(DisplayName = "Gateway: restarted while the server is away (1 server, 2 nodes, 1 gateway)")]
    public void Gateway_RestartedWhileTheServerIsAway_ServesFromItsLastSnapshot() => Story.Tell(
        new Topology(),
        async story =>
        {
            await story.During(async () =>
            {
                story.Server.Kill();
                story.Gateway.Kill();
                await story.Wait(1);
                story.Gateway.Start();
                await story.Wait(5);
                long answered = story.Cluster.Requests.AnsweredCount;
                long failed = story.Failed;
                await story.Wait(10);
                Assert.True(story.Cluster.Requests.AnsweredCount > answered + 20);
                Assert.Equal(failed, story.Failed);
                story.Server.Start();
            });
            await story.Settled();
        });

    [Fact(DisplayName = "Drain: one gateway does not hear of it (1 server, 1 node, 2 gateways)")]
    public void Drain_OneGatewayCutOff_WaitsUntilItCountsAsGone() => Story.Tell(
        new Topology { Nodes = 1, Gateways = 2 },
        async story =>
        {
            SimulatedGateway silent = story.Cluster.Gateways[1];
            story.CutGateway(silent);
            story.Users.Scale(story.App, 1);
            TimeSpan took = await story.Took(
                () => story.Until("one has left", () => story.Stored.Count(Kinds.Endpoint.Name) == 1));
            // Three heartbeats of two seconds, the last of which may have come just before the cut; the deadline is 10
            // s.
            Assert.InRange(took.TotalSeconds, 4, 6.5);
            story.Heal();
            await story.Settled();
            Assert.Single(story.Tasks);
        });

    [Fact(DisplayName = "Drain: every gateway is well (1 server, 1 node, 3 gateways)")]
    public void Drain_EveryGatewayIsWell_TakesNoLongerThanItsRequests() => Story.Tell(
        new Topology { Nodes = 1, Gateways = 3, Apps = [new App("p0", "web") { Replicas = 4 }] },
        async story =>
        {
            story.Users.Scale(story.App, 1);
            TimeSpan took = await story.Took(
                () => story.Until("three have left", () => story.Stored.Count(Kinds.Endpoint.Name) == 1));
            Assert.True(took < TimeSpan.FromSeconds(3), $"{took}");
            await story.Settled();
            Assert.Equal(0, story.Failed);
        });

    [Fact(DisplayName = "Drain: all gateways are down (1 server, 1 node, 1 gateway)")]
    public void Drain_AllGatewaysDown_EndsByItsDeadline() => Story.Tell(new Topology { Nodes = 1 }, async story =>
    {
        await story.During(async () =>
        {
            story.Gateway.Kill();
            story.Users.Scale(story.App, 0);
            await story.Until("nothing runs", () => story.Tasks.Count == 0);
            story.Gateway.Start();
        });
        await story.Settled();
        Assert.Equal(0, story.Stored.Count(Kinds.Endpoint.Name));
    });
}
