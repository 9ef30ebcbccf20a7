using Flyball.Autoscaling.Capacity;

namespace Flyball.Autoscaling.Tests.Capacity;

public sealed class CapacityModelTests
{
    [Fact]
    public void Estimate_CpuBoundService_FollowsTheUtilisationLaw()
    {
        // 4 ms of CPU a request, 5 % idle: 80 % is reached at 187.5 requests a second.
        var model = new CapacityModel(new CapacityObjective());
        Feed(model, 400, rate => (0.05 + 0.004 * rate, double.NaN));
        var (capacity, basis) = model.Estimate();
        Assert.Equal(CapacityBasis.Utilisation, basis);
        Assert.Equal(187.5, capacity!.Value, 3.0);
    }

    [Fact]
    public void Estimate_LatencyObjectiveBindsFirst_FollowsTheLatencyCurve()
    {
        // 10 ms + 10 ms × r/(1−r), saturated at 200 a second: 40 ms is reached at r = 3/4, 150 a second.
        var model = new CapacityModel(new CapacityObjective(LatencySeconds: 0.04));
        Feed(model, 600, rate => (0.002 * rate, 0.01 + 0.01 * rate / 200 / (1 - rate / 200)));
        var (capacity, basis) = model.Estimate();
        Assert.Equal(CapacityBasis.Latency, basis);
        Assert.InRange(capacity!.Value, 140, 160);
    }

    [Fact]
    public void Estimate_NothingOrNonsenseSeen_IsUnknown()
    {
        var model = new CapacityModel(new CapacityObjective(LatencySeconds: 0.1));
        for (var i = 0; i < 100; i++)
            model.Learn(new CapacitySample(double.NaN, -1, double.PositiveInfinity));
        Assert.Equal((null, CapacityBasis.Unknown), model.Estimate());
    }

    [Fact]
    public void Estimate_ServiceGetsSlower_FollowsWithinHours()
    {
        var model = new CapacityModel(new CapacityObjective());
        Feed(model, 2000, rate => (0.002 * rate, double.NaN));
        Feed(model, 2000, rate => (0.004 * rate, double.NaN));
        Assert.Equal(200, model.Estimate().RequestsPerSecond!.Value, 10.0);
    }

    [Fact]
    public void Advise_SteadyUsage_AsksForTheQuantileAndCountsTheWaste()
    {
        var advisor = new VerticalAdvisor(5760);
        Assert.Null(advisor.Advise(1, 512, 3));
        for (var i = 0; i < 5000; i++)
            advisor.Learn(0.2, 200);
        var advice = advisor.Advise(1, 512, 3)!;
        Assert.InRange(advice.RequestCores, 0.23, 0.2 * 1.15 * 1.05);
        Assert.InRange(advice.RequestMebiBytes, 230, 200 * 1.15 * 1.05);
        Assert.Equal(3 * (1 - advice.RequestCores), advice.WastedCores, 9);
    }

    // Load between 30 and 110 requests a second, with a little measurement noise.
    private static void Feed(CapacityModel model, int count, Func<double, (double Cpu, double Latency)> service)
    {
        var random = new Random(5);
        for (var i = 0; i < count; i++)
        {
            var rate = 70 + 40 * Math.Sin(i / 20.0);
            var (cpu, latency) = service(rate);
            var noise = 1 + 0.02 * (random.NextDouble() - 0.5);
            model.Learn(new CapacitySample(rate, cpu * noise, latency * noise));
        }
    }
}
