using Flyball.Autoscaling.Signals;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Leading;

public sealed class SignalExpressionTests
{
    /// <summary>With one sample in the window there is no rate: such a counter is not here yet.</summary>
    [Fact]
    public void Counting_NeedsAsManySamplesAsARate()
    {
        var expressions = new SignalExpressions(TimeSpan.FromMinutes(1));
        Assert.Equal(
            "count by (upstream) (count by (upstream, instance) "
            + "(count_over_time(flyball_gateway_requests_total{upstream=\"shop.web\"}[60000ms]) > 1))",
            expressions.GatewaysCounting(["shop.web"]));
    }

    /// <summary>Where a counter is missing, history has a gap and no zero.</summary>
    [Fact]
    public void History_OfRequests_IsNothingButTheirRate()
    {
        var expressions = new SignalExpressions(TimeSpan.FromMinutes(1));
        const string rate =
            "sum(sum by (upstream) (rate(flyball_gateway_requests_total{upstream=\"shop.web\"}[60000ms])))";
        Assert.Equal(rate, expressions.DemandHistory(ScaleSignal.RequestsPerSecond, null, "shop.web"));
        Assert.EndsWith(
            $" or {rate} == 0", expressions.DemandHistory(ScaleSignal.Concurrency, null, "shop.web"),
            StringComparison.Ordinal);
    }
}
