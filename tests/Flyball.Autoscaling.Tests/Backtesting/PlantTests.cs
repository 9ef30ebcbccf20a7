using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Tests.Policies;

namespace Flyball.Autoscaling.Tests.Backtesting;

public sealed class PlantTests
{
    private readonly Plant plant = new(new StaffingTable(), 15, 4);

    [Fact]
    public void Scale_Up_IsPaidAtOnceAndReadyAfterTheStartup()
    {
        plant.Begin(2);
        var ready = plant.Ready;
        plant.Arrive(0, 2);
        plant.Scale(0, ready + 3);
        Assert.Equal(ready + 3, plant.Total);
        for (var i = 1; i < 4; i++)
            Assert.Equal(ready, plant.Arrive(i, 2).Ready);
        Assert.Equal(ready + 3, plant.Arrive(4, 2).Ready);
    }

    [Fact]
    public void Scale_Down_StopsTheYoungestStartingFirst()
    {
        plant.Begin(2);
        var ready = plant.Ready;
        plant.Scale(0, ready + 2);
        plant.Arrive(1, 2);
        plant.Scale(1, ready + 5);
        plant.Scale(1, ready + 1);
        Assert.Equal(ready, plant.Ready);
        Assert.Equal(ready + 1, plant.Arrive(4, 2).Ready);
        Assert.Equal(ready + 1, plant.Arrive(5, 2).Ready);
    }

    [Fact]
    public void Run_CancelledInTheMiddle_EndsAtTheNextTick()
    {
        var simulation = PredictivePolicyTests.Simulate(SyntheticLoad.Create("ramps", 3), TimeSpan.FromSeconds(60));
        using var alone = new CancellationTokenSource();
        var policy = new Cancelling(alone);
        Assert.Throws<OperationCanceledException>(() => simulation.Run(policy, null, alone.Token));
        Assert.Equal(Cancelling.At, policy.LastTick);
        using var together = new CancellationTokenSource();
        policy = new Cancelling(together);
        Assert.Throws<OperationCanceledException>(() => simulation.RunTogether([policy], together.Token));
        Assert.Equal(Cancelling.At, policy.LastTick);
    }

    [Fact]
    public void Arrive_LoadAboveCapacity_QueuesUntilWorkedOff()
    {
        plant.Begin(2);
        plant.Arrive(0, plant.Ready + 1.0);
        Assert.True(plant.Violates);
        plant.Arrive(1, plant.Ready - 0.5);
        Assert.True(plant.Violates);
        plant.Arrive(2, 0.5);
        plant.Arrive(3, 0.5);
        Assert.False(plant.Violates);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IScalingPolicy
    {
        public const int At = 100;

        public int LastTick { get; private set; }

        public int Want(in ClusterTick tick)
        {
            LastTick = tick.Index;
            if (tick.Index == At)
                source.Cancel();
            return 10;
        }
    }
}
