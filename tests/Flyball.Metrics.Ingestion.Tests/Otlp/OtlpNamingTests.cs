using Flyball.Metrics.Exposition;
using Flyball.Metrics.Otlp;

namespace Flyball.Metrics.Ingestion.Tests.Otlp;

public sealed class OtlpNamingTests
{
    [Theory]
    [InlineData("http.server.duration", "s", "histogram", "http_server_duration_seconds")]
    [InlineData("system.io", "By", "counter", "system_io_bytes_total")]
    [InlineData("network.io.total", "By/s", "counter", "network_io_bytes_per_second_total")]
    [InlineData("cpu.utilization", "1", "gauge", "cpu_utilization_ratio")]
    [InlineData("requests", "{request}", "counter", "requests_total")]
    [InlineData("already_seconds", "s", "gauge", "already_seconds")]
    [InlineData("a..b--c", "", "gauge", "a_b_c")]
    [InlineData("2xx", "", "counter", "_2xx_total")]
    [InlineData("ns:metric", "", "gauge", "ns:metric")]
    [InlineData("custom", "widget", "gauge", "custom_widget")]
    public void Metric_WithSuffixes_IsPrometheusName(string name, string unit, string type, string expected) =>
        Assert.Equal(expected, Name(OtlpTranslation.UnderscoreEscapingWithSuffixes, name, unit, type));

    [Theory]
    [InlineData("UnderscoreEscapingWithoutSuffixes", "http_server_duration")]
    [InlineData("NoUTF8EscapingWithSuffixes", "http.server.duration_seconds")]
    [InlineData("NoTranslation", "http.server.duration")]
    public void Metric_OtherWays_KeepWhatTheySay(string way, string expected) => Assert.Equal(
        expected, Name(Enum.Parse<OtlpTranslation>(way), "http.server.duration", "s", "histogram"));

    [Fact]
    public void Metric_NoEscapingCounter_HasTotalAtItsEnd() => Assert.Equal(
        "net.io_bytes_per_second_total",
        Name(OtlpTranslation.NoUTF8EscapingWithSuffixes, "net.io_total", "By/s", "counter"));

    [Theory]
    [InlineData("http.status_code", "http_status_code"), InlineData("2x", "key_2x"), InlineData("_a", "key_a")]
    [InlineData("__a", "__a"), InlineData("ünicode", "key_nicode")]
    public void Label_Escaping_IsPrometheusName(string name, string expected)
    {
        Assert.Equal(expected, new OtlpNaming(OtlpTranslation.UnderscoreEscapingWithSuffixes).Label(name));
        Assert.Equal(name, new OtlpNaming(OtlpTranslation.NoTranslation).Label(name));
    }

    private static string Name(OtlpTranslation way, string name, string unit, string type)
    {
        Assert.True(MetricTypes.TryParse(
            System.Text.Encoding.UTF8.GetBytes(type), ExpositionFormat.OpenMetrics, out MetricType parsed));
        return new OtlpNaming(way).Metric(name, unit, parsed);
    }
}
