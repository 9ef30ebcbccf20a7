using CsCheck;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Tests.Forecasting;

public sealed class StructuralKalmanFilterTests
{
    private const int Day = 48;

    [Fact]
    public void Observe_AnyValuesAndGaps_CovarianceStaysSymmetricAndPositiveSemidefinite() =>
        Gen.Frequency((1, Gen.Const(double.NaN)), (8, Gen.Double[-10, 10]), (1, Gen.Double[-1e4, 1e4])).Array[1, 400]
            .Sample(values =>
            {
                var filter = Filter();
                foreach (var value in values)
                    filter.Observe(value);
                AssertPositive(filter.Covariance);
                var (mean, variance) = filter.Forecast(12);
                Assert.True(double.IsFinite(mean) && variance > 0 && double.IsFinite(variance));
            }, iter: 60);

    [Fact]
    public void Forecast_DailyWaveWithTrend_IsAheadOfTheLastValue()
    {
        var filter = Filter();
        static double At(int i) => 5 + 0.002 * i + 2 * Math.Sin(2 * Math.PI * i / Day);
        for (var i = 0; i < 14 * Day; i++)
            filter.Observe(At(i));
        for (var ahead = 1; ahead <= Day / 2; ahead++)
            Assert.Equal(At(14 * Day - 1 + ahead), filter.Forecast(ahead).Mean, 0.1);
    }

    [Fact]
    public void Forecast_OneOutlier_BarelyMovesTheLevel()
    {
        var (calm, hit) = (Filter(), Filter());
        var random = new Random(4);
        for (var i = 0; i < 4 * Day; i++)
        {
            var value = 3 + 0.1 * random.NextDouble();
            calm.Observe(value);
            hit.Observe(i == 4 * Day - 1 ? 30 : value);
        }
        Assert.Equal(calm.Forecast(1).Mean, hit.Forecast(1).Mean, 1.0);
    }

    [Fact]
    public void Forecast_LevelShift_IsAcceptedAfterAFewSteps()
    {
        var filter = Filter();
        var random = new Random(4);
        for (var i = 0; i < 4 * Day; i++)
            filter.Observe(3 + 0.1 * random.NextDouble());
        for (var i = 0; i < 12; i++)
            filter.Observe(9 + 0.1 * random.NextDouble());
        Assert.Equal(9, filter.Forecast(1).Mean, 1.0);
    }

    [Fact]
    public void Forecast_LongerHorizon_IsLessCertain()
    {
        var filter = Filter();
        for (var i = 0; i < 3 * Day; i++)
            filter.Observe(Math.Sin(i));
        Assert.True(filter.Forecast(20).Variance > filter.Forecast(1).Variance);
    }

    [Fact]
    public void Forecast_SpecialDays_LearnsTheirCoefficient()
    {
        static bool Special(long bin) => bin / Day % 5 == 4;
        var filter = new StructuralKalmanFilter(Day, Special, new StructuralModel(1e-4, 1e-8, 1e-6));
        for (var i = 0; i < 29 * Day; i++)
            filter.Observe(Special(i) ? 2 : 5);
        // The next bin begins a special day.
        Assert.InRange(filter.Forecast(1).Mean, 1.5, 3.5);
    }

    [Fact]
    public void Improve_WrongVariances_BecomesLikelier()
    {
        var random = new Random(9);
        var level = 0.0;
        var values = new double[7 * Day];
        for (var i = 0; i < values.Length; i++)
            values[i] = (level += 0.3 * (random.NextDouble() - 0.5)) + 0.01 * random.NextDouble();
        var wrong = new StructuralModel(1e-6, 1e-6, 1e-5);
        var fitted = wrong;
        for (var i = 0; i < 4; i++)
            fitted = VarianceFit.Improve(fitted, values, Day, _ => false);
        Assert.True(fitted.Level > 100 * wrong.Level);
        Assert.True(
            VarianceFit.Deviance(fitted, values, Day, _ => false)
            < VarianceFit.Deviance(wrong, values, Day, _ => false) - 10);
    }

    private static StructuralKalmanFilter Filter() => new(Day, _ => false, StructuralModel.Default);

    // Cholesky with a tolerance relative to the diagonal: it fails on a negative direction.
    private static void AssertPositive(ReadOnlySpan<double> matrix)
    {
        var n = (int)Math.Sqrt(matrix.Length);
        var factor = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                Assert.Equal(matrix[i * n + j], matrix[j * n + i], 1e-6 * (1 + Math.Abs(matrix[i * n + j])));
                var sum = matrix[i * n + j];
                for (var k = 0; k < j; k++)
                    sum -= factor[i, k] * factor[j, k];
                if (i == j)
                    Assert.True(sum > -1e-6 * (1 + matrix[i * n + i]), $"row {i}: {sum}");
                factor[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / factor[j, j];
            }
    }
}
