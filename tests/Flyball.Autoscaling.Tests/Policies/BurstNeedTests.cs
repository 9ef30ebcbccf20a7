using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Tests.Policies;

public sealed class BurstNeedTests
{
    private const int StartupTicks = 20;

    private readonly StaffingTable staffing = new();
    private readonly BurstNeed need;
    private int index;

    public BurstNeedTests()
    {
        need = new BurstNeed(staffing, 15, StartupTicks);
        for (var i = 0; i < 20; i++)
            Tick(10, 14);
    }

    [Fact]
    public void Want_NothingQueues_IsWhatTheLoadNeeds() => Assert.Equal(staffing.Need(10), need.Want(64));

    [Fact]
    public void Want_Step_WorksOffTheQueueFasterTheDearerLateWorkIs()
    {
        need.Arrive(index, 50);
        Assert.True(need.IsLate);
        // At most a minute of the ready replicas' work waits: 14 x 60 replica-seconds, 56 replica-ticks.
        Assert.Equal(50 + 56, need.Want(1e6));
        need.Forget();
        Assert.InRange(need.Want(1), staffing.Need(50), 65);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-300)]
    public void Want_LoadGoneButNotItsQueue_NeedsNoMore(double load)
    {
        var quick = new BurstNeed(staffing, 15, startupTicks: 1);
        quick.Arrive(0, 10);
        quick.Scale(0, 14);
        quick.Arrive(1, 50);
        quick.Arrive(2, load);
        Assert.True(quick.IsLate);
        Assert.InRange(quick.Want(64), 1, 2);
    }

    [Fact]
    public void Want_UntilTheQueueIsGone_Stays()
    {
        need.Arrive(index, 50);
        var wanted = need.Want(64);
        need.Scale(index++, wanted);
        for (var i = 0; i < StartupTicks - 1; i++)
        {
            need.Arrive(index, 50);
            Assert.Equal(wanted, need.Want(64));
            need.Scale(index++, wanted);
        }
        while (need.IsLate)
            Tick(50, wanted);
        Assert.Equal(staffing.Need(50), need.Want(64));
        Assert.InRange(index, 20 + StartupTicks, 20 + StartupTicks + 3);
    }

    [Fact]
    public void Want_GrowthThatLasts_IsForWhenTheReplicasAreReady()
    {
        for (var i = 0; i <= StartupTicks; i++)
            Tick(10, 100);
        for (var i = 1; i <= 8; i++)
            Tick(10 + i, 100);
        Assert.Equal(staffing.Need(18 + StartupTicks), need.Want(64));
    }

    private void Tick(double load, int wanted)
    {
        need.Arrive(index, load);
        need.Scale(index++, wanted);
    }
}
