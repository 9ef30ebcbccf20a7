using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Reporting;
using Flyball.Discovery.Sidecar.Showing;

namespace Flyball.Discovery.Tests.Sidecar;

/// <summary>Prometheus' text format.</summary>
public sealed class MetricsTextTests
{
    [Fact]
    public void Of_DescribedSamples_IsGroupedAndEscaped()
    {
        var batch = new MetricBatch();
        var writer = new SampleWriter();
        writer.Begin(batch, 1, wantsDescriptions: true);
        writer.Describe("b_total", "counter", "Says \"it\".\nWith \\.");
        writer.Describe("a", "gauge", "A.");
        writer.Describe("never", "gauge", "Has no sample.");
        writer.Add("b_total", 2.5, new MetricLabel("x", "q\"\\\n"), new MetricLabel("y", "z"));
        writer.Add("a", 1);
        writer.Add("b_total", 3);

        Assert.Equal(
            "# HELP a A.\n# TYPE a gauge\na 1\n"
            + "# HELP b_total Says \"it\".\\nWith \\\\.\n# TYPE b_total counter\n"
            + "b_total{x=\"q\\\"\\\\\\n\",y=\"z\"} 2.5\nb_total 3\n",
            MetricsText.Of(batch));
    }
}
