using System.Diagnostics.Metrics;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Tests.Telemetry;

/// <summary>Where a route had no request its counter says 0, so that no counter never means no request.</summary>
public sealed class RouteCountersTests
{
    [Fact]
    public void LabelSet_NewRoute_IsCountedFromZeroOnceAndBeyondTheBoundNot()
    {
        using var metrics = new GatewayMetrics(TimeProvider.System, consumersMax: 10);
        var counted = new List<(long Value, string Upstream, string Status)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "flyball.gateway.requests") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            // Other tests' gateways count, too.
            if ((string?)tags[0].Value == "zero") counted.Add((value, (string)tags[1].Value!, (string)tags[2].Value!));
        });
        listener.Start();
        var labels = new RouteLabelSet(2, metrics.LabelsRefused, metrics.RouteKnown);

        labels.For("zero", "shop.web");
        labels.For("zero", "shop.web");
        labels.For("zero", "shop.api");
        labels.For("zero", "shop.cart");

        Assert.Equal([(0, "shop.web", "2xx"), (0, "shop.api", "2xx")], counted);
    }
}
