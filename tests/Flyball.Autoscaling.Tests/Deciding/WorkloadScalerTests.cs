using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Predicting;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Deciding;

public sealed class WorkloadScalerTests
{
    private static readonly ScaleTarget Requests = new()
    {
        Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true,
    };

    private static readonly ScaleTarget Cpu = new() { Signal = ScaleSignal.Cpu, Value = 0.5 };

    private static readonly ScaleTarget Memory = new() { Signal = ScaleSignal.Memory, Value = 0.5 };

    private static readonly ScaleRule Busy = new()
    {
        Signal = ScaleSignal.Cpu, Above = true, Threshold = 0.8, Step = 1, For = TimeSpan.Zero,
        Cooldown = TimeSpan.Zero,
    };

    private static readonly ScaleBehaviour AtOnce = new();

    private static readonly ScalePolicy Policy = new()
    {
        Workload = "shop.web", Min = 2, Max = 20, Targets = [Requests], Up = AtOnce, Down = AtOnce,
    };

    [Fact]
    public void Decide_SeveralTargets_TheLargestWins()
    {
        var verdict = Decide(
            Policy with { Targets = [Requests, Cpu] },
            Seen(4) with { RequestsPerSecond = 100, Cpu = new Usage(4.0, 4, 0, 0) });
        Assert.Equal(8, verdict.Wanted);
        Assert.Equal("target cpu 50 %", verdict.Winner);
    }

    [Fact]
    public void Decide_SchedulesAlone_TheMinimumHoldsBetweenThem()
    {
        var policy = Policy with
        {
            Targets = [], Schedules = [new ScaleSchedule { Cron = "0 8 * * *", For = TimeSpan.FromHours(10), Min = 6 }],
        };
        var day = new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(6, Decide(policy, At(12, 2)).Wanted);
        var evening = Decide(policy, At(18.5, 6));
        Assert.Equal((2, "schedules alone"), (evening.Wanted, evening.Winner));
        // Beside something else that decides, and knows nothing, the replicas stay.
        Assert.Equal(6, Decide(policy with { Rules = [Busy] }, At(18.5, 6)).Wanted);

        Observation At(double hour, int replicas) =>
            Seen(replicas) with { AtUnixMs = day.AddHours(hour).ToUnixTimeMilliseconds() };
    }

    [Fact]
    public void Decide_RuleAgainstTarget_TheLargerWins()
    {
        var policy = Policy with { Rules = [Busy] };
        var busy = Seen(4) with { RequestsPerSecond = 100, Cpu = new Usage(3.6, 4, 0, 0) };
        Assert.Equal(5, Decide(policy, busy).Wanted);
        Assert.Equal(9, Decide(policy, busy with { RequestsPerSecond = 450 }).Wanted);
    }

    [Fact]
    public void Decide_OneSignalMissing_NothingScalesDown()
    {
        var policy = Policy with { Targets = [Requests, Cpu] };
        var silent = Seen(4) with { RequestsPerSecond = 50, Cpu = new Usage(0, 0, 4, 0) };
        var verdict = Decide(policy, silent);
        Assert.Equal(4, verdict.Wanted);
        Assert.Equal(["cpu"], verdict.Missing);
        // But what is known may still add.
        Assert.Equal(8, Decide(policy, silent with { RequestsPerSecond = 400 }).Wanted);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-5)]
    public void Decide_SignalIsNoNumber_Holds(double value)
    {
        var verdict = Decide(Policy, Seen(7) with { RequestsPerSecond = value });
        Assert.Equal(7, verdict.Wanted);
        Assert.NotEmpty(verdict.Missing);
    }

    [Fact]
    public void Decide_OneGatewaySilent_AddsButNeverRemoves()
    {
        var partial = Seen(4) with { GatewaysPartial = true };
        Assert.Equal(4, Decide(Policy, partial with { RequestsPerSecond = 60 }).Wanted);
        Assert.Equal(6, Decide(Policy, partial with { RequestsPerSecond = 300 }).Wanted);
    }

    [Fact]
    public void Decide_MissingWhileBelowTheMinimum_TheMinimumHolds() =>
        Assert.Equal(2, Decide(Policy, Seen(1)).Wanted);

    [Theory]
    [InlineData(4000, 20, "max 20")]
    [InlineData(0, 2, "min 2")]
    public void Decide_BeyondABound_TheBoundHoldsAndIsNamed(double requests, int wanted, string bound)
    {
        var verdict = Decide(Policy, Seen(4) with { RequestsPerSecond = requests });
        Assert.Equal(wanted, verdict.Wanted);
        Assert.Equal(bound, verdict.Bound);
    }

    [Fact]
    public void Decide_MoreThanTheMaximumNow_ComesDownToItAtOnce() =>
        Assert.Equal(20, Decide(Policy with { Down = Paced }, Seen(50) with { RequestsPerSecond = 9999 }).Wanted);

    [Fact]
    public void Decide_FewerThanTheMinimumNow_ComesUpToItAtOnceAndNoFurtherThanTheLimit()
    {
        var policy = Policy with { Min = 10, Up = Paced };
        Assert.Equal(10, Decide(policy, Seen(1) with { RequestsPerSecond = 900 }).Wanted);
    }

    [Fact]
    public void Decide_Limits_PaceTheWayAndCountWhatWasDone()
    {
        var scaler = new WorkloadScaler(Policy with { Up = Paced }, TimeSpan.FromSeconds(15));
        var verdict = scaler.Decide(Seen(4) with { RequestsPerSecond = 500 }, null);
        Assert.Equal((5, "behaviour"), (verdict.Wanted, verdict.Bound));
        scaler.Changed(1, 0);
        Assert.Equal(5, scaler.Decide(Seen(5) with { RequestsPerSecond = 500, AtUnixMs = 30_000 }, null).Wanted);
        Assert.Equal(6, scaler.Decide(Seen(5) with { RequestsPerSecond = 500, AtUnixMs = 60_000 }, null).Wanted);
    }

    [Fact]
    public void Decide_Schedule_RaisesTheMinimumUpToTheMaximum()
    {
        var all = new ScaleSchedule { Cron = "* * * * *", For = TimeSpan.FromMinutes(2), Min = 9 };
        var quiet = Seen(4) with { RequestsPerSecond = 10, AtUnixMs = 1_700_000_000_000 };
        var verdict = Decide(Policy with { Schedules = [all] }, quiet);
        Assert.Equal((9, "schedule, at least 9"), (verdict.Wanted, verdict.Bound));
        Assert.Equal(20, Decide(Policy with { Schedules = [all with { Min = 99 }] }, quiet).Wanted);
        // A minimum needs no metrics.
        Observation blind = quiet with { RequestsPerSecond = double.NaN };
        Assert.Equal(9, Decide(Policy with { Schedules = [all] }, blind).Wanted);
    }

    [Fact]
    public void Decide_ForecastIsHigher_Adds()
    {
        var verdict = Decide(Predicting, Seen(4) with { RequestsPerSecond = 200, Demand = 200 }, Forecast(7));
        Assert.Equal((7, "prediction"), (verdict.Wanted, verdict.Winner));
    }

    [Fact]
    public void Decide_ForecastIsLower_LowersToWhatTheRiskAllows()
    {
        var seen = Seen(10) with { RequestsPerSecond = 400, Demand = 400 };
        var verdict = Decide(Predicting, seen, Forecast(3) with { RiskFloor = 6, Floor = 5 });
        Assert.Equal((6, "prediction within its risk"), (verdict.Wanted, verdict.Winner));
        // What is here now is served whatever the forecast says.
        Assert.Equal(7, Decide(Predicting, seen, Forecast(3) with { RiskFloor = 6, Floor = 7 }).Wanted);
        // The forecast lowers nothing when its risk would be the greater one.
        Assert.Equal(8, Decide(Predicting, seen, Forecast(3) with { RiskFloor = 9, Floor = 7 }).Wanted);
    }

    [Fact]
    public void Decide_ForecastIsNotTrusted_LowersNothing() =>
        Assert.Equal(8, Decide(
            Predicting, Seen(10) with { RequestsPerSecond = 400, Demand = 400 },
            Forecast(3) with { IsTrusted = false }).Wanted);

    [Fact]
    public void Decide_ForecastOfLoad_SaysNothingAboutMemory()
    {
        var policy = Predicting with { Targets = [Requests, Memory] };
        var seen = Seen(4) with { RequestsPerSecond = 400, Demand = 400, Memory = new Usage(3.0, 4, 0, 0) };
        var verdict = Decide(policy, seen, Forecast(1));
        Assert.Equal((6, "prediction within its risk"), (verdict.Wanted, verdict.Winner));
    }

    [Fact]
    public void Decide_DemandMissing_HoldsWhateverTheForecastHeld()
    {
        var verdict = Decide(
            Predicting with { Targets = [] }, Seen(9), Forecast(3) with { IsMissing = true });
        Assert.Equal(9, verdict.Wanted);
        Assert.Equal(["demand"], verdict.Missing);
    }

    [Fact]
    public void Decide_ForecastMissedATick_TakesNothingBackThatItAskedFor()
    {
        var seen = Seen(9) with { RequestsPerSecond = 100, Demand = 100 };
        var behind = Forecast(2) with { IsTrusted = false, IsBehind = true };
        var verdict = Decide(Predicting, seen, behind);
        Assert.Equal(9, verdict.Wanted);
        Assert.Equal(["forecast"], verdict.Missing);
        Assert.Equal(14, Decide(Predicting, seen with { RequestsPerSecond = 700 }, behind).Wanted);
        Assert.Equal(2, Decide(Predicting, seen, behind with { IsBehind = false }).Wanted);
    }

    [Fact]
    public void Decide_NothingToSay_StaysAsItIs() =>
        Assert.Equal(5, Decide(
            Policy with { Targets = [], Rules = [Busy] }, Seen(5) with { Cpu = new Usage(1, 5, 0, 0) }).Wanted);

    [Fact]
    public void Decide_DownWindow_IsKeptOverTicksWithoutAnAnswer()
    {
        var policy = Policy with { Down = new ScaleBehaviour { Window = TimeSpan.FromSeconds(60) } };
        var scaler = new WorkloadScaler(policy, TimeSpan.FromSeconds(15));
        Assert.Equal(10, scaler.Decide(Seen(10) with { RequestsPerSecond = 500 }, null).Wanted);
        for (int i = 0; i < 3; i++)
            Assert.Equal(10, scaler.Decide(Seen(10), null).Wanted);
        // What held during the gap counts in the window like an answer.
        for (int i = 0; i < 3; i++)
            Assert.Equal(10, scaler.Decide(Seen(10) with { RequestsPerSecond = 100 }, null).Wanted);
        Assert.Equal(2, scaler.Decide(Seen(10) with { RequestsPerSecond = 100 }, null).Wanted);
    }

    private static ScaleBehaviour Paced => new()
    {
        Limits = [new ScaleLimit { Replicas = 1, Period = TimeSpan.FromMinutes(1) }],
    };

    private static ScalePolicy Predicting => Policy with { Prediction = new ScalePrediction() };

    [Theory]
    [InlineData(1.0, true, 1)]
    [InlineData(0.1, true, 0)]
    [InlineData(1.0, false, 0)]
    public void Decide_AtZero_AForecastBringsItOnlyWhenItForeseesDemandAndIsTrusted(
        double median, bool isTrusted, int wanted)
    {
        var policy = Predicting with { Min = 0 };
        var asleep = Seen(0) with { RequestsPerSecond = 0, Demand = 0, HasRoute = true };
        var forecast = Forecast(1) with { Quantiles = (median, 2, 3), IsTrusted = isTrusted };
        Assert.Equal(wanted, Decide(policy, asleep, forecast).Wanted);
    }

    [Fact]
    public void Decide_AtZeroWithLimitsInPercent_ComesUp()
    {
        var doubling = new ScaleBehaviour
        {
            Limits = [new ScaleLimit { Percent = 1, Period = TimeSpan.FromSeconds(15) }],
        };
        var policy = Policy with { Min = 0, Up = doubling };
        Assert.Equal(2, Decide(policy, Seen(0) with { RequestsPerSecond = 500, HasRoute = true }).Wanted);
    }

    private static Verdict Decide(ScalePolicy policy, Observation seen, Prediction? prediction = null) =>
        new WorkloadScaler(policy, TimeSpan.FromSeconds(15)).Decide(seen, prediction);

    private static Observation Seen(int replicas) => new() { AtUnixMs = 0, Replicas = replicas, Ready = replicas };

    private static Prediction Forecast(int wanted) => new()
    {
        Wanted = wanted, Floor = 1, RiskFloor = 1, IsTrusted = true, IsMissing = false, Quantiles = (1, 2, 3),
        Horizon = TimeSpan.FromSeconds(45), Regime = LoadRegime.Steady, Capacity = 50, Basis = CapacityBasis.Stated,
    };
}
