using Flyball.Autoscaling.Backtesting;

namespace Flyball.Autoscaling.Tests.Backtesting;

public sealed class FrontierTests
{
    [Fact]
    public void TimesBoundAt_BetweenTwoPoints_InterpolatesLogViolation()
    {
        // The reference table's own example: HPA on nasa at 60 s, 1 %.
        var at = Frontier.TimesBoundAt([(2.296, 0.596), (1.918, 1.680), (1.641, 4.769)], 1);
        Assert.Equal(2.107, at!.Value, 3);
    }

    [Fact]
    public void TimesBoundAt_PointAboveTheChordOfItsNeighbours_StaysAPoint()
    {
        // The reference table's HPA on taxi at 1 %: read between neighbours; a convex hull would answer 1.380.
        var at = Frontier.TimesBoundAt(
            [(1.825, 0.099), (1.521, 1.338), (1.307, 4.373), (1.114, 15.791), (2.266, 0)], 1);
        Assert.Equal(1.555, at!.Value, 3);
    }

    [Fact]
    public void TimesBoundAt_DominatedPoint_IsIgnored()
    {
        var without = Frontier.TimesBoundAt([(1, 10), (2, 0.1)], 1);
        Assert.Equal(without, Frontier.TimesBoundAt([(1, 10), (1.5, 12), (2, 0.1), (2.5, 0.2)], 1));
    }

    [Fact]
    public void TimesBoundAt_FamilyNeverSafeEnough_IsNull() =>
        Assert.Null(Frontier.TimesBoundAt([(1, 10), (2, 4)], 3));

    [Fact]
    public void TimesBoundAt_CheapestPointIsSaferThanAsked_AnswersItsHours() =>
        Assert.Equal(1.156, Frontier.TimesBoundAt([(1.156, 0.004), (1.327, 0)], 0.3));
}
