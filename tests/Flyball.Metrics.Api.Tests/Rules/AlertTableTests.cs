using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Evaluating;

namespace Flyball.Metrics.Api.Tests.Rules;

/// <summary>How alerts change from one evaluation to the next.</summary>
public sealed class AlertTableTests
{
    private static readonly Labels Labels = Labels.Of(("alertname", "A"));

    [Fact]
    public void Update_ConditionHoldsLongEnough_PendingThenFiring()
    {
        var table = new AlertTable(TimeSpan.FromSeconds(60), TimeSpan.Zero);

        Assert.Equal(AlertState.Pending, Hold(table, 0).State);
        Assert.Equal(AlertState.Pending, Hold(table, 59_000).State);
        Alert fired = Hold(table, 60_000);

        Assert.Equal((AlertState.Firing, 60_000L, 0L), (fired.State, fired.FiredAtMs, fired.ActiveAtMs));
    }

    [Fact]
    public void Update_ConditionEndsWhilePending_ForgetsTheAlert()
    {
        var table = new AlertTable(TimeSpan.FromSeconds(60), TimeSpan.Zero);
        Hold(table, 0);

        Assert.Empty(table.Update(new Dictionary<Labels, Alert>(), 30_000));
        Assert.Empty(table.All);
        Assert.Equal(40_000, Hold(table, 40_000).ActiveAtMs);
    }

    [Fact]
    public void Update_FiringEnds_ResolvedIsKeptForAQuarterOfAnHour()
    {
        var table = new AlertTable(TimeSpan.Zero, TimeSpan.Zero);
        Hold(table, 0);

        Assert.Empty(End(table, 10_000));
        Assert.Equal(10_000, Assert.Single(table.All).ResolvedAtMs);
        End(table, 10_000 + (15 * 60_000));
        Assert.Single(table.All);
        End(table, 10_001 + (15 * 60_000));
        Assert.Empty(table.All);
    }

    [Fact]
    public void Update_KeepFiring_FiresOnUntilThatIsOver()
    {
        var table = new AlertTable(TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Hold(table, 0);

        Assert.Equal(10_000, Assert.Single(End(table, 10_000)).KeptFiringSinceMs);
        Assert.Single(End(table, 69_000));
        Assert.Equal(0, Hold(table, 70_000).KeptFiringSinceMs);
        Assert.Single(End(table, 80_000));
        Assert.Empty(End(table, 140_000));
    }

    [Fact]
    public void Update_ResolvedAlertComesBack_StartsAnew()
    {
        var table = new AlertTable(TimeSpan.FromSeconds(30), TimeSpan.Zero);
        Hold(table, 0);
        Hold(table, 30_000);
        End(table, 40_000);

        Alert again = Hold(table, 50_000);

        Assert.Equal((AlertState.Pending, 50_000L, 0L), (again.State, again.ActiveAtMs, again.ResolvedAtMs));
    }

    [Theory]
    [InlineData("Pending", 0, 0, 1_000_000, false)]
    [InlineData("Firing", 0, 0, 60_001, true)]
    [InlineData("Firing", 0, 10_000, 60_000, false)]
    [InlineData("Inactive", 20_000, 10_000, 20_000, true)]
    [InlineData("Inactive", 20_000, 25_000, 30_000, false)]
    public void NeedsSending_ByStateAndLastTime(string state, long resolvedMs, long sentMs, long nowMs, bool expected)
    {
        Alert alert =
            Fresh(0) with { State = Enum.Parse<AlertState>(state), ResolvedAtMs = resolvedMs, SentAtMs = sentMs };

        Assert.Equal(expected, alert.NeedsSending(nowMs, 60_000));
    }

    [Theory]
    [InlineData(0, 3_600_000, 7_200_000, 1_800_000, 0)]
    [InlineData(0, 1_500_000, 7_200_000, 1_800_000, 7_200_000 + 600_000 - 1_800_000)]
    [InlineData(0, 600_000, 1_200_000, 3_600_000, 600_000)]
    public void ActiveAt_AfterAnOutage_AsIfItHadNotPassed(
        long activeMs, long seenMs, long nowMs, long holdMs, long expected) =>
        Assert.Equal(expected, AlertRestoration.ActiveAt(activeMs, seenMs, nowMs, holdMs, graceMs: 600_000));

    [Fact]
    public void Schedule_AnyGroup_FirstIsSoonAndAligned() => Check.Sample(
        Gen.Select(Gen.String, Gen.Long[1, 1_000_000], Gen.Long[0, 4_000_000_000_000]),
        (name, intervalMs, nowMs) =>
        {
            var interval = TimeSpan.FromMilliseconds(intervalMs);
            long first = GroupSchedule.First(name, interval, nowMs);
            Assert.InRange(first, nowMs, nowMs + intervalMs - 1);
            Assert.Equal(first, GroupSchedule.First(name, interval, first));
            Assert.Equal(first + intervalMs, GroupSchedule.First(name, interval, first + 1));
        });

    [Theory]
    [InlineData(1_000, 1_500, 2_000, 0)]
    [InlineData(1_000, 2_100, 2_000, 0)]
    [InlineData(1_000, 5_500, 5_000, 3)]
    public void Next_Late_LeavesOutWhatIsPast(long lastMs, long nowMs, long expected, long expectedMissed)
    {
        Assert.Equal(expected, GroupSchedule.Next(lastMs, TimeSpan.FromSeconds(1), nowMs, out long missed));
        Assert.Equal(expectedMissed, missed);
    }

    private static Alert Fresh(long atMs) => new()
    {
        Labels = Labels,
        Annotations = Labels.Empty,
        State = AlertState.Pending,
        Value = 1,
        ActiveAtMs = atMs,
    };

    private static Alert Hold(AlertTable table, long atMs) =>
        Assert.Single(table.Update(new Dictionary<Labels, Alert> { [Labels] = Fresh(atMs) }, atMs));

    private static IReadOnlyList<Alert> End(AlertTable table, long atMs) =>
        table.Update(new Dictionary<Labels, Alert>(), atMs);
}
