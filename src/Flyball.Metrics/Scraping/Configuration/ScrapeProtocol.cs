namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Formats that a target may be asked for, by the names of <c>scrape_protocols</c>.</summary>
internal enum ScrapeProtocol
{
    PrometheusProto,
    PrometheusText0_0_4,
    PrometheusText1_0_0,
    OpenMetricsText0_0_1,
    OpenMetricsText1_0_0,
}
