using Flyball.Contracts;
using Flyball.Contracts.Scheduling;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Scenarios;

/// <summary>Rollouts that meet a fault at the worst moment.</summary>
public sealed class RolloutTests
{
    [Fact(DisplayName = "Rollout: server crashes between old stopped and new healthy (1 server, 2 nodes)")]
    public void Rollout_ServerCrashesBetweenOldStoppedAndNewHealthy_Completes() => Story.Tell(
        new Topology { Apps = [new App("p0", "web") { Order = UpdateOrder.StopFirst }] },
        async story =>
        {
            story.Users.Apply(story.App, TaskBehaviour.Good);
            await story.Until("an old task has stopped", () => story.Tasks.Count == 1);
            await story.During(async () =>
            {
                story.Server.Kill();
                await story.Wait(4);
                story.Server.Start();
            });
            await story.Settled();
            Assert.Equal(RolloutState.Completed, story.Rollout.State);
            Assert.Equal(2, story.Healthy(version: 2));
        });

    [Fact(DisplayName = "Rollout: a version that exits, is sick or missing (1 server, 3 nodes, 2 gateways)")]
    public void Rollout_BrokenVersion_IsRolledBackWhileTheOldInstancesGoOn()
    {
        foreach (string behaviour in TaskBehaviour.Broken)
            Story.Tell(new Topology { Nodes = 3, Gateways = 2 }, async story =>
            {
                string[] before = [.. story.Tasks.Select(task => task.Nonce)];
                long answered = story.Cluster.Requests.AnsweredInCalm;
                story.Users.Apply(story.App, behaviour);
                await story.Until("it is rolled back", () => story.Rollout.State == RolloutState.RolledBack);
                await story.Settled();
                Assert.Equal(before, story.Tasks.Select(task => task.Nonce));
                Assert.Equal(2, story.Rollout.RejectedVersion);
                Assert.True(story.Cluster.Requests.AnsweredInCalm > answered + 50);
                Assert.Equal(0, story.Failed);
            });
    }

    [Fact(DisplayName = "Rollout: store takes no writes in the middle (1 server, 2 nodes)")]
    public void Rollout_StoreTakesNoWritesInTheMiddle_Completes() => Story.Tell(new Topology(), async story =>
    {
        story.Users.Apply(story.App, TaskBehaviour.Good);
        await story.Until("a new task runs", () => story.Tasks.Count == 3);
        await story.During(async () =>
        {
            story.Cluster.Faults.StoreTakesWrites = false;
            await story.Wait(6);
            story.Cluster.Faults.StoreTakesWrites = true;
        });
        await story.Settled();
        Assert.Equal(2, story.Healthy(version: 2));
    });

    [Fact(DisplayName = "Rollout: removed and applied again before the end of a restarted one (1 server, 2 nodes)")]
    public void Rollout_RemovedAndAppliedAgainAfterARestart_ComesToRest() => Story.Tell(new Topology(), async story =>
    {
        story.Users.Restart(story.App);
        await story.Settled();
        story.Users.Remove(story.App);
        await story.Until("it is gone", () => story.Stored.Find(Kinds.Workload.Key(story.App.Name)) is null);
        story.Users.ApplyAgain(story.App);
        await story.Settled();
        Assert.Equal(2, story.Healthy());
    });

    [Fact(DisplayName = "Rollout: specs are applied to a stopped service (1 server, 1 node)")]
    public void Rollout_SpecsAppliedToAStoppedService_KeepsABoundedHistory() => Story.Tell(
        new Topology { Nodes = 1 },
        async story =>
        {
            story.Users.Stop(story.App);
            await story.Settled();
            for (int i = 0; i < 30; i++)
            {
                story.Users.Apply(story.App, TaskBehaviour.Good);
                await story.Wait(1);
            }

            Assert.InRange(story.Stored.Count(Kinds.Version.Name), 1, 6);
        });
}
