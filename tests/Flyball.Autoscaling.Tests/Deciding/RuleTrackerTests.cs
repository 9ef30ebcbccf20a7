using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Deciding;

public sealed class RuleTrackerTests
{
    private static readonly ScaleRule Up = new()
    {
        Signal = ScaleSignal.Cpu, Above = true, Threshold = 0.8, Step = 2,
        For = TimeSpan.FromSeconds(30), Cooldown = TimeSpan.FromSeconds(60),
    };

    private static readonly ScaleRule Down = Up with { Above = false, Threshold = 0.2, Step = 1 };

    [Fact]
    public void Push_AboveForLongEnough_AddsTheStepOnceACooldown()
    {
        var tracker = new RuleTracker(Up);
        Assert.Equal(4, tracker.Push(0.9, 4, 0));
        Assert.Equal(4, tracker.Push(0.9, 4, 15_000));
        Assert.Equal(6, tracker.Push(0.9, 4, 30_000));
        tracker.Changed(2);
        // Cooling down it keeps what there is; when it still holds afterwards, the next step.
        Assert.Equal(6, tracker.Push(0.9, 6, 45_000));
        Assert.Equal(6, tracker.Push(0.9, 6, 75_000));
        Assert.Equal(8, tracker.Push(0.9, 6, 90_000));
    }

    [Fact]
    public void Push_ABreak_BeginsTheWaitAnew()
    {
        var tracker = new RuleTracker(Up);
        tracker.Push(0.9, 4, 0);
        Assert.Null(tracker.Push(0.5, 4, 15_000));
        Assert.Equal(4, tracker.Push(0.9, 4, 30_000));
        Assert.Equal(4, tracker.Push(0.9, 4, 45_000));
        Assert.Equal(6, tracker.Push(0.9, 4, 60_000));
    }

    [Fact]
    public void Push_ExactlyAtTheThreshold_SaysNothing() => Assert.Null(new RuleTracker(Up).Push(0.8, 4, 0));

    [Fact]
    public void Push_StepNotTaken_IsAskedForAgain()
    {
        var tracker = new RuleTracker(Up with { For = TimeSpan.Zero });
        Assert.Equal(6, tracker.Push(0.9, 4, 0));
        // Somebody else's step down is not this rule's.
        tracker.Changed(-1);
        Assert.Equal(6, tracker.Push(0.9, 4, 15_000));
        tracker.Changed(2);
        Assert.Equal(6, tracker.Push(0.9, 6, 30_000));
    }

    [Theory]
    [InlineData(0.12345, "0.123")]
    [InlineData(1234.567, "1234.57")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(double.PositiveInfinity, "infinite")]
    public void Number_HoweverLarge_IsShort(double value, string expected) =>
        Assert.Equal(expected, PolicyText.Number(value));

    [Fact]
    public void Push_OrEqual_TheThresholdItselfIsPassed()
    {
        Assert.Equal(6, new RuleTracker(Up with { OrEqual = true, For = TimeSpan.Zero }).Push(0.8, 4, 0));
        Assert.Equal(3, new RuleTracker(Down with { OrEqual = true, For = TimeSpan.Zero }).Push(0.2, 4, 0));
        Assert.Null(new RuleTracker(Up with { OrEqual = true }).Push(0.7999, 4, 0));
        Assert.Equal("rule cpu >= 80 %", PolicyText.Of(Up with { OrEqual = true }));
    }

    [Fact]
    public void Push_UnknownValue_SaysNothingAndBeginsTheWaitAnew()
    {
        var tracker = new RuleTracker(Up);
        tracker.Push(0.9, 4, 0);
        Assert.Null(tracker.Push(double.NaN, 4, 30_000));
        Assert.Equal(4, tracker.Push(0.9, 4, 45_000));
    }

    [Fact]
    public void Push_AfterItFired_HoldsDuringTheCooldownThoughTheSignalFell()
    {
        var tracker = new RuleTracker(Up with { For = TimeSpan.Zero });
        Assert.Equal(6, tracker.Push(0.9, 4, 0));
        tracker.Changed(2);
        Assert.Equal(6, tracker.Push(0.1, 6, 30_000));
        Assert.Null(tracker.Push(0.1, 6, 60_000));
    }

    [Fact]
    public void Push_BelowForLongEnough_RemovesTheStep()
    {
        var tracker = new RuleTracker(Down);
        Assert.Null(tracker.Push(0.1, 4, 0));
        Assert.Equal(3, tracker.Push(0.1, 4, 30_000));
        tracker.Changed(-1);
        Assert.Equal(3, tracker.Push(0.1, 3, 45_000));
        Assert.Equal(2, tracker.Push(0.1, 3, 90_000));
    }

    [Theory]
    [InlineData(0.5, 4, 6)]
    [InlineData(0.1, 4, 5)]
    [InlineData(1.0, 3, 6)]
    public void Push_Percent_AddsAtLeastOne(double percent, int current, int wanted)
    {
        var tracker = new RuleTracker(Up with { For = TimeSpan.Zero, Step = null, Percent = percent });
        Assert.Equal(wanted, tracker.Push(0.9, current, 0));
    }
}
