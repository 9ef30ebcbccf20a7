using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Tests.Forecasting;

public sealed class ModelRaceTests
{
    private const int Horizon = 4;
    private readonly ModelRace race =
        new(new ForecastClock(TimeSpan.FromMinutes(5), DateTimeOffset.UnixEpoch), Horizon);

    [Fact]
    public void Learn_OneModelIsRight_EarnsTheEnsemble()
    {
        Run(_ => ForecastModel.Structural, 2000);
        Assert.True(race.Weight(ForecastModel.Structural) > 0.9);
        Assert.True(race.Loss(ForecastModel.Structural) < race.Loss(ForecastModel.LastValue));
    }

    [Fact]
    public void Learn_AnotherModelBecomesRight_TakesOverWithinDays()
    {
        Run(tick => tick < 2000 ? ForecastModel.Structural : ForecastModel.HoltWinters, 5000);
        Assert.True(race.Weight(ForecastModel.HoltWinters) > 0.9);
    }

    [Fact]
    public void Ensemble_ModelsWithoutForecast_AreLeftOut()
    {
        var forecasts = race.Forecasts(0);
        forecasts.Fill(double.NaN);
        forecasts[(int)ForecastModel.LastValue] = 3;
        Assert.Equal(3, race.Ensemble(0), 12);
    }

    // The right model forecasts the outcome with a little error, the others are off by up to a half.
    private void Run(Func<long, ForecastModel> right, int ticks)
    {
        var random = new Random(6);
        for (var tick = 0L; tick < ticks; tick++)
        {
            var forecasts = race.Forecasts(tick);
            for (var k = 0; k < forecasts.Length; k++)
                forecasts[k] = random.NextDouble() - 0.5;
            forecasts[(int)right(tick)] = 0.02 * (random.NextDouble() - 0.5);
            if (tick >= Horizon)
                race.Learn(tick - Horizon, 0);
        }
    }
}
