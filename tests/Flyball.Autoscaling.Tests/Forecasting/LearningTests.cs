using CsCheck;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Tests.Forecasting;

public sealed class LearningTests
{
    [Fact]
    public void Push_AnyWindow_EqualsTheNaiveMaximum() =>
        Gen.Int[1, 20].Select(Gen.Double[-5, 5].Array[1, 100]).Sample((window, values) =>
        {
            var sliding = new SlidingMaximum(window);
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(values[Math.Max(0, i - window + 1)..(i + 1)].Max(), sliding.Push(values[i]));
        });

    [Fact]
    public void Push_ReplicasOfAnyWindow_EqualsTheNaiveMaximum() =>
        Gen.Int[1, 20].Select(Gen.Int[-5, 5].Array[1, 100]).Sample((window, values) =>
        {
            var held = new HeldMaximum(window);
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(values[Math.Max(0, i - window + 1)..(i + 1)].Max(), held.Push(values[i]));
        });

    [Fact]
    public void Predict_LinearTargets_RecoversBoth()
    {
        var regression = new RidgeRegression(3, 2, 100, 100, 1e-6);
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            double[] x = [1, random.NextDouble(), random.NextDouble()];
            regression.Add(x, [2 + 3 * x[1] - x[2], -1 + x[2]]);
        }
        Assert.Equal(2 + 3 * 0.5 - 0.25, regression.Predict([1, 0.5, 0.25], 0), 3);
        Assert.Equal(-0.75, regression.Predict([1, 0.5, 0.25], 1), 3);
    }

    [Fact]
    public void Predict_RelationChanges_ForgetsTheOldOne()
    {
        var regression = new RidgeRegression(2, 1, 50, 4, 1e-6);
        var random = new Random(1);
        for (var i = 0; i < 4000; i++)
        {
            var x = random.NextDouble();
            regression.Add([1, x], [i < 2000 ? x : -x]);
        }
        Assert.Equal(-0.8, regression.Predict([1, 0.8], 0), 0.01);
    }

    [Fact]
    public void Add_NotFinite_IsLeftOut()
    {
        var regression = new RidgeRegression(2, 1, 10, 10, 1e-6);
        for (var i = 0; i < 100; i++)
        {
            regression.Add([1, i % 7], [i % 7]);
            regression.Add([1, double.NaN], [3]);
            regression.Add([1, 1], [double.PositiveInfinity]);
        }
        Assert.Equal(5, regression.Predict([1, 5], 0), 0.01);
    }

    [Fact]
    public void Tail_KnownDistribution_IsItsExceedance()
    {
        var scores = new ScoreDistribution(1e6);
        var random = new Random(2);
        for (var i = 0; i < 48_000; i++)
            scores.Add(-Math.Log(1 - random.NextDouble()));
        Assert.Equal(0.1, scores.Tail(Math.Log(10)), 0.01);
        Assert.Equal(0.01, scores.Tail(Math.Log(100)), 0.003);
    }

    [Fact]
    public void Tail_AnyScores_FallsFromOneToZero() =>
        Gen.Double[-1e3, 1e3].Array[0, 300].Sample(values =>
        {
            var scores = new ScoreDistribution(100);
            foreach (var value in values)
                scores.Add(value);
            var last = 1.0;
            for (var z = -50.0; z < 50; z += 0.5)
            {
                var tail = scores.Tail(z);
                Assert.InRange(tail, 0, last + 1e-12);
                last = tail;
            }
            Assert.Equal(0, scores.Tail(1e9));
            Assert.Equal(1, scores.Tail(-1e9));
        }, iter: 50);

    [Fact]
    public void Classify_KnownChances_IsCalibratedAndReportsBrier()
    {
        var classifier = new LogisticClassifier(2, 2);
        var random = new Random(8);
        for (var i = 0; i < 40_000; i++)
        {
            var x = 4 * random.NextDouble() - 2;
            classifier.Learn([1, x], random.NextDouble() < 1 / (1 + Math.Exp(-2 * x)) ? 1 : 0);
        }
        foreach (var x in (double[])[-1.5, -0.5, 0, 0.5, 1.5])
            Assert.Equal(1 / (1 + Math.Exp(-2 * x)), classifier.Classify([1, x])[1], 0.06);
        // A fair coin scores 0.5; knowing the chances scores about 0.24.
        Assert.InRange(classifier.Brier, 0.15, 0.3);
    }

    [Fact]
    public void Forecast_HoltWintersOnADailyWave_KnowsTheHourAhead()
    {
        var clock = new ForecastClock(TimeSpan.FromMinutes(1), DateTimeOffset.UnixEpoch);
        var model = new HoltWinters(clock);
        static double At(int i) => 3 + Math.Sin(2 * Math.PI * i / 1440);
        for (var i = 0; i < 10 * 1440; i++)
            model.Observe(At(i));
        Assert.Equal(At(10 * 1440 + 179), model.Forecast(180), 0.25);
    }
}
