using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Tests.Policies;

public sealed class UnforeseenBurstTests
{
    private readonly UnforeseenBurst burst = new(startupTicks: 20, longestTicks: 100);

    [Fact]
    public void MustFollow_LateWorkIsWorthTheMissingReplicas_FollowsUntilTheBurstIsOver()
    {
        Assert.False(burst.MustFollow(0, 0.5, 0, 10, 11));
        Assert.False(burst.MustFollow(1, 1e-6, 400, 50, 12));
        // 38 replicas are missing, for 20 ticks: 760.
        Assert.True(burst.MustFollow(2, 1e-6, 400, 50, 12));
        Assert.True(burst.MustFollow(3, 0.5, 0, 50, 12));
        Assert.False(burst.MustFollow(4, 0.5, 0, 12, 12));
        Assert.False(burst.IsOn);
    }

    [Fact]
    public void MustFollow_LoadThatTheForecastKnew_IsNoBurst()
    {
        for (var i = 0; i < 50; i++)
            Assert.False(burst.MustFollow(i, 0.01, 1e9, 50, 12));
    }

    [Fact]
    public void MustFollow_NewLevelThatStays_EndsWhenItIsNoBurstAnyMore()
    {
        burst.MustFollow(0, 0.5, 0, 10, 11);
        for (var i = 1; i <= 100; i++)
            Assert.True(burst.MustFollow(i, 1e-6, 1e9, 50, 12));
        Assert.False(burst.MustFollow(101, 0.5, 1e9, 50, 12));
    }
}
