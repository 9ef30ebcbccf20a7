using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Tests.Forecasting;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Predicting;

/// <summary>
/// What a predicted workload keeps in memory, 10,000 of which must fit beside everything else. Alone: what other tests
/// keep would be counted too.
/// </summary>
[CollectionDefinition("memory", DisableParallelization = true)]
[Collection("memory")]
public sealed class ForecastMemoryTests(ITestOutputHelper output)
{
    private const int BytesMax = 64 * 1024;
    private const int Workloads = 8;
    private static readonly ForecastClock Clock = new(TimeSpan.FromSeconds(15), DateTimeOffset.UnixEpoch);

    /// <summary>Horizons of the standard start-up of 30 s, and of one of 5 minutes.</summary>
    [Theory]
    [InlineData(3, BytesMax)]
    [InlineData(21, BytesMax + 18 * BytesPerHorizonTick)]
    public void Feed_AWeekAndMore_StaysWithinTheBudget(int horizonTicks, int bytesMax)
    {
        var staffing = StaffingTable.Proportional();
        var scratch = new ForecastScratch();
        DemandPredictor[] predictors = [Create()];
        Feed(predictors[0], 0);
        // The shared tables have their size now.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        predictors = [.. Enumerable.Range(0, Workloads).Select(_ => Create())];
        for (var i = 0; i < predictors.Length; i++)
            Feed(predictors[i], i);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Workloads;
        output.WriteLine($"{each} bytes with a horizon of {horizonTicks} ticks");
        GC.KeepAlive(predictors);
        Assert.True(each <= bytesMax, $"{each} bytes, at most {bytesMax}");

        DemandPredictor Create() => new(new ScalePrediction(), Clock, horizonTicks, staffing, scratch);
    }

    // The features of the ticks whose outcome is not known yet.
    private const int BytesPerHorizonTick = 600;

    private static void Feed(DemandPredictor predictor, int seed)
    {
        foreach (var load in DemandForecasterTests.Waves(8 * 5760, seed))
            predictor.Feed(load);
    }
}
