using CsCheck;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Toy;

namespace Flyball.Scheduling.Tests.Reconciling;

/// <summary>
/// Random users, crashes, lost nodes, late reports and changes of leader: <see cref="Invariants"/> hold after every
/// plan, and once the faults end the cluster runs what was asked for and is left alone.
/// </summary>
public sealed class ConvergencePropertyTests
{
    private static readonly Gen<(int What, int Which, int HowMuch)> Step =
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 50], Gen.Int[0, 100_000]);

    [Theory]
    [InlineData(UpdateOrder.StartFirst, 1, false, 3)]
    [InlineData(UpdateOrder.StartFirst, 2, false, 2)]
    [InlineData(UpdateOrder.StartFirst, 0, false, 1)]
    [InlineData(UpdateOrder.StopFirst, 1, false, 3)]
    [InlineData(UpdateOrder.StopFirst, 2, true, 4)]
    [InlineData(UpdateOrder.StartFirst, 1, true, 4)]
    public void Chaos_ThenPeace_Converges(UpdateOrder order, int parallelism, bool fixedPort, int nodes) =>
        Step.Array[0, 120].Select(Gen.Int[1, 4]).Sample(
            (steps, replicas) => Run(steps, replicas, order, parallelism, fixedPort, nodes),
            iter: Iterations, threads: 1);

    private static int Iterations =>
        int.TryParse(Environment.GetEnvironmentVariable("FLYBALL_TEST_ITERATIONS"), out int many) ? many : 150;

    private static void Run(
        (int What, int Which, int HowMuch)[] steps, int replicas, UpdateOrder order, int parallelism, bool fixedPort,
        int nodes)
    {
        var world = new ToyWorld { Committed = Invariants.Check };
        for (int i = 1; i <= nodes; i++) world.WithNode($"n{i}");
        var chaos = new ToyChaos(world, order, parallelism, fixedPort);
        chaos.Begin();
        foreach ((int what, int which, int howMuch) in steps) chaos.Step(what, which, howMuch);

        chaos.End(replicas);
        world.Settle(secondsMax: 7200);
        Rollout rollout = world.Rollout("web");
        Assert.Equal(RolloutState.Completed, rollout.State);
        Allocation[] all = [.. world.Allocations("web")];
        Assert.Equal(replicas, all.Length);
        Assert.Equal(replicas, all.DistinctBy(row => row.Index).Count());
        Assert.All(all, row => Assert.Equal(rollout.TargetVersion, row.Version));
        Assert.All(all, row => Assert.Equal(HealthState.Passing, world.Status(row.Id)!.Health));

        int journal = world.Store.Journal.Count;
        long revision = world.Store.Current.Revision.Value;
        world.ChangeLeader();
        world.Settle(secondsMax: 7200);
        Assert.Equal((revision, journal), (world.Store.Current.Revision.Value, world.Store.Journal.Count));
    }
}
