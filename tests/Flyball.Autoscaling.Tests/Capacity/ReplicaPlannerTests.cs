using CsCheck;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Tests.Capacity;

public sealed class ReplicaPlannerTests
{
    private static readonly DemandForecaster Trained = Train();

    [Fact]
    public void FewestFor_HigherQuantile_NeverFewer() =>
        Gen.Double[0.5, 0.999].Select(Gen.Double[0.5, 0.999]).Sample((a, b) =>
        {
            var curve = Curve();
            Assert.True(
                ReplicaPlanner.FewestFor(curve, Math.Min(a, b)) <= ReplicaPlanner.FewestFor(curve, Math.Max(a, b)));
        }, iter: 200);

    [Fact]
    public void Cheapest_HigherPrice_NeverFewer() =>
        Gen.Double[1, 5000].Select(Gen.Double[1, 5000]).Sample((a, b) =>
        {
            var curve = Curve();
            Assert.True(
                ReplicaPlanner.Cheapest(curve, Math.Min(a, b)) <= ReplicaPlanner.Cheapest(curve, Math.Max(a, b)));
        }, iter: 200);

    [Fact]
    public void FewestFor_Median_CoversTheUsualLoad()
    {
        var curve = Curve();
        Assert.InRange(ReplicaPlanner.FewestFor(curve, 0.5), 8, 16);
        Assert.True(ReplicaPlanner.FewestFor(curve, 0.99) > ReplicaPlanner.FewestFor(curve, 0.5));
    }

    private static DemandCurve Curve()
    {
        var curve = new DemandCurve();
        curve.Fill(Trained[DemandTarget.Peak], new StaffingTable(), 20_000);
        return curve;
    }

    private static DemandForecaster Train()
    {
        var forecaster = new DemandForecaster(new ForecastClock(TimeSpan.FromSeconds(15), DateTimeOffset.UnixEpoch), 4);
        var random = new Random(3);
        for (var i = 0; i < 6000; i++)
            forecaster.Observe(8 + 4 * random.NextDouble());
        return forecaster;
    }
}
