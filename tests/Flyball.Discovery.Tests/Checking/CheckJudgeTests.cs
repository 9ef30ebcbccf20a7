using CsCheck;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Tests.Checking;

/// <summary>When what is seen of a check counts.</summary>
public sealed class CheckJudgeTests
{
    private static readonly DiscoveryOptions Options = new();

    [Fact]
    public void Observe_WithoutThresholds_CountsAtOnce()
    {
        var judge = new CheckJudge(new CheckSpec(), Options, CheckStatus.Critical);
        Assert.Equal(CheckStatus.Passing, judge.Observe(CheckStatus.Passing, 0));
        Assert.Equal(CheckStatus.Warning, judge.Observe(CheckStatus.Warning, 1));
        Assert.Equal(CheckStatus.Critical, judge.Observe(CheckStatus.Critical, 2));
    }

    [Fact]
    public void Observe_WithThresholds_CountsAfterSoManyInARow()
    {
        var judge = new CheckJudge(
            new CheckSpec { SuccessBeforePassing = 3, FailuresBeforeCritical = 2 }, Options, CheckStatus.Critical);
        CheckStatus[] seen =
        [
            CheckStatus.Passing, CheckStatus.Passing, CheckStatus.Critical, CheckStatus.Passing, CheckStatus.Passing,
            CheckStatus.Passing, CheckStatus.Critical, CheckStatus.Passing, CheckStatus.Critical, CheckStatus.Critical,
        ];
        Assert.Equal("CCCCCPPPPC", string.Concat(seen.Select((one, i) => judge.Observe(one, i).ToString()[0])));
    }

    [Fact]
    public void Observe_Flapping_StaysCriticalUntilItHasBeenWellForAWhile()
    {
        var judge = new CheckJudge(new CheckSpec(), Options, CheckStatus.Passing);
        long now = 0;
        int changes = 0;
        CheckStatus last = CheckStatus.Passing;
        for (int i = 0; i < 200; i++, now += 1_000)
        {
            CheckStatus status = judge.Observe(i % 2 == 0 ? CheckStatus.Critical : CheckStatus.Passing, now);
            if (status != last) changes++;
            last = status;
        }

        // Six falls and five recoveries, and then no more.
        Assert.Equal(11, changes);
        Assert.Equal(CheckStatus.Critical, judge.Observe(CheckStatus.Passing, now));
        Assert.True(judge.IsHeld);
        Assert.Equal(CheckStatus.Critical, judge.Observe(CheckStatus.Passing, now + 28_000));
        Assert.Equal(CheckStatus.Passing, judge.Observe(CheckStatus.Passing, now + 30_000));
        Assert.False(judge.IsHeld);
    }

    [Fact]
    public void Observe_SlowlyAlternating_IsNotFlapping()
    {
        var judge = new CheckJudge(new CheckSpec(), Options, CheckStatus.Passing);
        for (int i = 0; i < 100; i++)
        {
            CheckStatus seen = i % 2 == 0 ? CheckStatus.Critical : CheckStatus.Passing;
            Assert.Equal(seen, judge.Observe(seen, i * 30_000L));
        }
    }

    [Fact]
    public void Observe_AnyHistory_NeverShowsBetterThanTheLastSeen() =>
        Gen.Select(Gen.Enum<CheckStatus>(), Gen.Long[0, 20_000]).Array[1, 60].Sample(history =>
        {
            var judge = new CheckJudge(new CheckSpec(), Options, CheckStatus.Critical);
            long now = 0;
            foreach ((CheckStatus seen, long step) in history)
            {
                now += step;
                if (judge.Observe(seen, now) < seen) return false;
            }

            return true;
        });
}
