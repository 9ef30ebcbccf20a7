using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Tests.Forecasting;

public sealed class DemandForecasterTests
{
    private static readonly ForecastClock Clock = new(TimeSpan.FromSeconds(15), DateTimeOffset.UnixEpoch);

    [Fact]
    public void Observe_SameSeriesTwice_ForecastsTheSameBits()
    {
        var (a, b) = (new DemandForecaster(Clock, 20), new DemandForecaster(Clock, 20));
        foreach (var load in Waves(8000, 5))
        {
            a.Observe(load);
            b.Observe(load);
            Assert.Equal(a[DemandTarget.Peak].Center, b[DemandTarget.Peak].Center);
            Assert.Equal(a[DemandTarget.End].LogScale, b[DemandTarget.End].LogScale);
        }
    }

    [Fact]
    public void Quantile_NoisyWaves_CoversAsPromised()
    {
        const int horizon = 8;
        var forecaster = new DemandForecaster(Clock, horizon);
        var loads = Waves(6 * 5760, 6);
        int covered = 0, seen = 0;
        for (var i = 0; i < loads.Length; i++)
        {
            forecaster.Observe(loads[i]);
            if (i < 3 * 5760 || i + horizon >= loads.Length)
                continue;
            seen++;
            if (Math.Log(loads[i + horizon]) <= forecaster[DemandTarget.End].Quantile(0.9))
                covered++;
        }
        Assert.Equal(0.9, (double)covered / seen, 0.03);
        Assert.Equal(ConformalModel.WatchedQuantile, forecaster[DemandTarget.End].Coverage, 0.05);
    }

    [Fact]
    public void Observe_GapsAndNonsense_StaysFiniteAndKeepsTheLastLoad()
    {
        var forecaster = new DemandForecaster(Clock, 20);
        var random = new Random(3);
        var last = 0.0;
        foreach (var load in Waves(6000, 7))
        {
            var shown = random.Next(10) switch
            {
                0 => double.NaN,
                1 => -load,
                2 => double.PositiveInfinity,
                _ => last = load,
            };
            forecaster.Observe(shown);
            Assert.True(double.IsFinite(forecaster[DemandTarget.Peak].Center));
            Assert.True(double.IsFinite(forecaster[DemandTarget.Peak].LogScale));
        }
        Assert.Equal(last, forecaster.Load);
    }

    [Fact]
    public void Observe_DailySpike_IsExpectedAtItsHour()
    {
        // Two hours of triple load a day: after two weeks the rise is forecast before it begins.
        var forecaster = new DemandForecaster(Clock, 20);
        const int spike = 3000;
        static double At(int i) => i % 5760 is >= spike and < spike + 480 ? 30 : 10 + Math.Sin(i * 0.7);
        for (var i = 0; i <= 14 * 5760 + spike - 12; i++)
            forecaster.Observe(At(i));
        Assert.True(Math.Exp(forecaster[DemandTarget.Peak].Center) > 20);
    }

    [Fact]
    public void Observe_LoadThatFellToNothing_IsForecastThere()
    {
        var forecaster = new DemandForecaster(Clock, 20);
        foreach (var load in Waves(2 * 5760, 9))
            forecaster.Observe(1000 * load);
        for (var i = 0; i < 240; i++)
            forecaster.Observe(0.02);
        // By e^4 less than usual would be hundreds.
        Assert.InRange(Math.Exp(forecaster[DemandTarget.End].Center), 0, 1);
    }

    [Fact]
    public void Observe_LoadThatTriples_IsCalledBurst()
    {
        var forecaster = new DemandForecaster(Clock, 20);
        foreach (var load in Waves(10_000, 9))
            forecaster.Observe(load);
        Assert.InRange(forecaster.Regimes.RegimeBrier, 0, 0.9);
        Assert.InRange(forecaster.Regimes.PassBrier, 0, 0.5);
        Assert.Equal(1, forecaster.Regimes.Chances.ToArray().Sum(), 9);
    }

    internal static double[] Waves(int count, int seed)
    {
        var random = new Random(seed);
        var loads = new double[count];
        for (var i = 0; i < count; i++)
            loads[i] = (10 + 6 * Math.Sin(2 * Math.PI * i / 5760)) * (1 + 0.2 * (random.NextDouble() - 0.5));
        return loads;
    }
}
