using CsCheck;
using Flyball.Load.Arrivals;

namespace Flyball.Load.Tests.Arrivals;

public sealed class RateCurveTests
{
    [Fact]
    public void Uniform_ConstantRate_IsEvenAndExactInNumber()
    {
        double[] times = All(new ArrivalTimes(RateCurve.Constant(200, TimeSpan.FromSeconds(5)), null));
        Assert.Equal(1_000, times.Length);
        for (int i = 0; i < times.Length; i++) Assert.Equal((i + 0.5) / 200, times[i], 9);
    }

    [Fact]
    public void Uniform_EveryShape_HasTheCountOfItsIntegral()
    {
        foreach (RateCurve curve in Shapes())
            Assert.InRange(All(new ArrivalTimes(curve, null)).Length, curve.Count - 0.51, curve.Count + 0.51);
    }

    [Fact]
    public void Times_EveryShape_GrowAndStayWithin()
    {
        foreach (RateCurve curve in Shapes())
            foreach (Random? poisson in (Random?[])[null, new Random(5)])
            {
                double[] times = All(new ArrivalTimes(curve, poisson));
                for (int i = 1; i < times.Length; i++) Assert.True(times[i] >= times[i - 1]);
                Assert.InRange(times[^1], 0, curve.Duration.TotalSeconds + 1e-9);
            }
    }

    [Fact]
    public void Ramp_FromNothing_HasAQuarterInItsFirstHalf()
    {
        double[] times = All(new ArrivalTimes(RateCurve.Ramp(0, 400, TimeSpan.FromSeconds(10)), null));
        Assert.Equal(2_000, times.Length);
        Assert.InRange(times.Count(time => time < 5), 499, 501);
    }

    [Fact]
    public void Steps_WithNothingInTheMiddle_JumpOverIt()
    {
        double[] times = All(new ArrivalTimes(RateCurve.Steps([100, 0, 300], TimeSpan.FromSeconds(3)), null));
        Assert.Equal((100, 0, 300), (Between(times, 0, 1), Between(times, 1, 2), Between(times, 2, 3)));
    }

    [Fact]
    public void Sine_OneWave_IsLowAtItsEndsAndHighInTheMiddle()
    {
        double[] times = All(new ArrivalTimes(
            RateCurve.Sine(100, 500, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), null));
        Assert.InRange(times.Length, 2_995, 3_005);
        Assert.InRange(Between(times, 0, 1), 100, 120);
        Assert.InRange(Between(times, 4.5, 5.5), 490, 500);
    }

    [Fact]
    public void Recorded_Series_ReachesThePeakAtItsHighest()
    {
        RateCurve curve = RateCurve.Recorded([1, 4, 2, 1], 800, TimeSpan.FromSeconds(8));
        Assert.Equal(800, curve.PeakPerSecond);
        double[] times = All(new ArrivalTimes(curve, null));
        Assert.InRange(Between(times, 2.9, 3.1), 150, 160);
        Assert.InRange(Between(times, 0, 0.1), 19, 21);
    }

    [Fact]
    public void Poisson_ConstantRate_HasTheRateAndTheSpreadOfOne()
    {
        double[] times = All(new ArrivalTimes(RateCurve.Constant(1_000, TimeSpan.FromSeconds(100)), new Random(3)));
        // Five standard deviations around 100,000.
        Assert.InRange(times.Length, 100_000 - 1_600, 100_000 + 1_600);
        double[] gaps = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
        double mean = gaps.Average(), variance = gaps.Average(gap => (gap - mean) * (gap - mean));
        Assert.InRange(Math.Sqrt(variance) / mean, 0.97, 1.03);
    }

    [Fact]
    public void Poisson_SameSeed_GivesTheSameTimes() => Assert.Equal(
        All(new ArrivalTimes(RateCurve.Constant(50, TimeSpan.FromSeconds(9)), new Random(8))),
        All(new ArrivalTimes(RateCurve.Constant(50, TimeSpan.FromSeconds(9)), new Random(8))));

    [Fact]
    public void Recorded_AnySeries_HasItsArea() =>
        Gen.Double[0, 1_000].List[2, 40].Where(values => values.Max() > 1).Sample(values =>
        {
            RateCurve curve = RateCurve.Recorded(values, 100, TimeSpan.FromSeconds(20));
            int due = All(new ArrivalTimes(curve, null)).Length;
            return Math.Abs(due - curve.Count) <= 0.51;
        });

    private static RateCurve[] Shapes() =>
    [
        RateCurve.Constant(33.3, TimeSpan.FromSeconds(7)), RateCurve.Ramp(0, 100, TimeSpan.FromSeconds(5)),
        RateCurve.Ramp(100, 0, TimeSpan.FromSeconds(5)), RateCurve.Steps([0, 50, 0, 20], TimeSpan.FromSeconds(8)),
        RateCurve.Sine(0, 200, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)),
        RateCurve.Recorded([0, 0, 5, 1, 0, 9], 90, TimeSpan.FromSeconds(6)),
    ];

    private static int Between(double[] times, double from, double to) =>
        times.Count(time => time >= from && time < to);

    private static double[] All(ArrivalTimes arrivals)
    {
        var times = new List<double>();
        for (double next = arrivals.Next(); !double.IsInfinity(next); next = arrivals.Next()) times.Add(next);
        return [.. times];
    }
}
