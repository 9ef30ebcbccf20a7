using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Simulation.Clusters;

namespace Flyball.Simulation.Scenarios;

/// <summary>Servers that crash, freeze and take over from each other.</summary>
public sealed class ServerTests
{
    [Fact(DisplayName = "Server: crashes and comes back (1 server, 3 nodes, 2 gateways)")]
    public void Server_CrashesAndComesBack_StartsAndStopsNothing() => Story.Tell(
        new Topology { Nodes = 3, Gateways = 2 },
        async story =>
        {
            string[] before = [.. story.Tasks.Select(task => task.Nonce)];
            await story.During(async () =>
            {
                story.Server.Kill();
                await story.Wait(20);
                story.Server.Start();
            });
            await story.Settled();
            Assert.Equal(before, story.Tasks.Select(task => task.Nonce));
            Assert.Equal(0, story.Failed);
        });

    [Fact(DisplayName = "Server: leader freezes beyond its lease (2 servers, 2 nodes)")]
    public void Server_LeaderFreezesBeyondItsLease_IsSucceededAndWritesNoMore() => Story.TellFromStart(
        new Topology { Servers = 2 }, seed: 1,
        async story =>
        {
            await LedBySecondServer(story);
            int turns = story.Cluster.Witness.Leases.Turns;
            await story.During(async () =>
            {
                story.Cluster.Servers[1].Freeze();
                story.Users.Scale(story.App, 4);
                await story.Until("the other server leads", () => story.Tasks.Count == 4);
                await story.Wait(10);
                story.Cluster.Servers[1].Thaw();
            });
            await story.Settled();
            Assert.Equal(turns + 2, story.Cluster.Witness.Leases.Turns);
        });

    [Fact(DisplayName = "Server: leader freezes in the middle of a write (2 servers, 2 nodes)")]
    public void Server_LeaderFreezesInTheMiddleOfAWrite_DoesNotFinishIt()
    {
        for (int ms = 0; ms < 400; ms += 20)
        {
            int moment = ms;
            Story.TellFromStart(
                new Topology { Servers = 2, StoreLatency = TimeSpan.FromMilliseconds(200) }, seed: 1 + ms,
                async story =>
                {
                    await LedBySecondServer(story);
                    await story.During(async () =>
                    {
                        story.Users.Scale(story.App, 4);
                        await story.Wait(moment / 1000.0);
                        story.Cluster.Servers[1].Freeze();
                        await story.Until("the other server leads", () => story.Tasks.Count == 4);
                        story.Users.Remove(story.App);
                        await story.Until("nothing runs", () => story.Tasks.Count == 0);
                        story.Cluster.Servers[1].Thaw();
                    });
                    await story.Settled();
                    Assert.Equal(0, story.Stored.Count(Kinds.Allocation.Name));
                });
        }
    }

    [Fact(DisplayName = "Server: a leader loses the lease and has it again in one freeze (2 servers, 2 nodes)")]
    public void Server_LeaseLostAndRegainedInOneFreeze_GoesOnWithTheCatalogue() => Story.TellFromStart(
        new Topology { Servers = 2 }, seed: 1,
        async story =>
        {
            await LedBySecondServer(story);
            await story.During(async () =>
            {
                story.Cluster.Servers[1].Freeze();
                await story.Wait(20);
                story.Server.Kill();
                await story.Wait(16);
                story.Cluster.Servers[1].Thaw();
                await story.Wait(1);
                story.Server.Start();
            });
            await story.Settled();
            story.Users.Scale(story.App, 4);
            await story.Settled();
            Assert.Equal(4, story.Stored.Count(Kinds.Endpoint.Name));
        });

    [Fact(DisplayName = "Session: an old one's end is written after a new one's beginning (1 server, 5 nodes)")]
    public void Session_OldEndsAfterNewBegins_LeavesNoNodeDisconnected()
    {
        for (int seed = 1; seed <= 10; seed++)
            Story.Tell(
                new Topology { Nodes = 5, StoreLatency = TimeSpan.FromMilliseconds(60) }, seed,
                async story =>
                {
                    await story.During(async () =>
                    {
                        // The sessions of the frozen server are overdue when it goes on, and new ones wait to begin.
                        story.Server.Freeze();
                        await story.Wait(7);
                        for (int i = 0; i < 20; i++) story.Cluster.Network.BreakOne();
                        await story.Wait(1);
                        story.Server.Thaw();
                    });
                    await story.Wait(5);
                    Assert.All(story.Cluster.Nodes, node => Assert.Equal(NodeState.Ready, story.StateOf(node)));
                });
    }

    private static async Task LedBySecondServer(Story story)
    {
        story.Cluster.Start();
        story.Server.Kill();
        await story.Wait(3);
        story.Server.Start();
        await story.Wait(3);
        story.Users.ApplyAll();
        await story.Settled();
    }
}
