using Flyball.Autoscaling.Deciding;

namespace Flyball.Autoscaling.Tests.Deciding;

/// <summary>Cases of the algorithm as Kubernetes documents it.</summary>
public sealed class TargetTrackingTests
{
    private const double Tolerance = 0.1;

    [Theory]
    // Twice the target doubles, half of it halves.
    [InlineData(3, 1.0, 0.5, 6)]
    [InlineData(4, 0.25, 0.5, 2)]
    // Within the tolerance nothing changes; just beyond, the next whole replica.
    [InlineData(10, 0.55, 0.5, 10)]
    [InlineData(10, 0.45, 0.5, 10)]
    [InlineData(10, 0.556, 0.5, 12)]
    [InlineData(10, 0.444, 0.5, 9)]
    // A ratio that is whole but for rounding costs no replica.
    [InlineData(3, 0.9, 0.3, 9)]
    public void ByShare_AllMeasured_IsRatioTimesReplicas(int replicas, double share, double target, int wanted) =>
        Assert.Equal(
            wanted, TargetTracking.ByShare(new Usage(replicas * share, replicas, 0, 0), target, Tolerance, replicas));

    [Fact]
    public void ByShare_NothingMeasured_IsUnknown() =>
        Assert.Null(TargetTracking.ByShare(new Usage(0, 0, 3, 0), 0.5, Tolerance, 3));

    [Fact]
    public void ByShare_NotANumber_IsUnknown() =>
        Assert.Null(TargetTracking.ByShare(new Usage(double.NaN, 2, 0, 0), 0.5, Tolerance, 2));

    [Fact]
    public void ByShare_MissingWhenScalingUp_CountAsIdle() =>
        // Two at 100 % of a target of 50 %: doubled would be 4 of 2, with the silent one it is 4 of 3.
        Assert.Equal(4, TargetTracking.ByShare(new Usage(2.0, 2, 1, 0), 0.5, Tolerance, 3));

    [Fact]
    public void ByShare_MissingWhenScalingDown_CountAsAtTheTarget() =>
        // Without the silent one 2 would do for 3: 0.3 of 0.6. With it at its target it is 2 of 3.
        Assert.Equal(2, TargetTracking.ByShare(new Usage(0.6, 2, 1, 0), 0.6, Tolerance, 3));

    [Fact]
    public void ByShare_MissingTurnTheDirection_ChangesNothing() =>
        // 70 % of 60 % asks for more, but if the other two are idle it is far below.
        Assert.Equal(4, TargetTracking.ByShare(new Usage(1.4, 2, 2, 0), 0.6, Tolerance, 4));

    [Fact]
    public void ByShare_StartingWhenScalingUp_CountAsIdle()
    {
        Assert.Equal(4, TargetTracking.ByShare(new Usage(1.8, 2, 0, 2), 0.5, Tolerance, 4));
        Assert.Equal(8, TargetTracking.ByShare(new Usage(2.0 * 2, 2, 0, 2), 0.5, Tolerance, 4));
    }

    [Fact]
    public void ByShare_StartingWhenScalingDown_AreLeftOut() =>
        Assert.Equal(1, TargetTracking.ByShare(new Usage(0.4, 2, 0, 2), 0.5, Tolerance, 4));

    [Fact]
    public void ByShare_FewerMeasuredThanWanted_NeverFallsWhileTheLoadIsAbove() =>
        // One of ten measured at three times its target must not mean three replicas.
        Assert.Equal(10, TargetTracking.ByShare(new Usage(1.5, 1, 0, 9), 0.5, Tolerance, 10));

    [Theory]
    [InlineData(200, 50, 2, 4)]
    [InlineData(201, 50, 2, 5)]
    [InlineData(109, 50, 2, 2)]
    [InlineData(111, 50, 2, 3)]
    [InlineData(0, 50, 4, 0)]
    public void BySum_IsTheSumDividedByTheTarget(double sum, double target, int current, int wanted) =>
        Assert.Equal(wanted, TargetTracking.BySum(sum, target, Tolerance, current));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void BySum_NoNumber_IsUnknown(double sum) => Assert.Null(TargetTracking.BySum(sum, 50, Tolerance, 2));

    [Theory]
    [InlineData(10, 5, 3, 3, 6)]
    [InlineData(2, 5, 3, 3, 2)]
    [InlineData(5.4, 5, 3, 3, 3)]
    // Of those that serve, as Kubernetes counts.
    [InlineData(10, 5, 2, 6, 4)]
    [InlineData(10, 5, 0, 6, 6)]
    public void ByValue_IsRatioTimesReady(double value, double target, int ready, int current, int wanted) =>
        Assert.Equal(wanted, TargetTracking.ByValue(value, target, Tolerance, ready, current));
}
