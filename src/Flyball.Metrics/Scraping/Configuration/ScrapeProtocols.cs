using System.Globalization;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>How formats are asked for and recognised.</summary>
internal static class ScrapeProtocols
{
    /// <summary>Prometheus' own order. Native histograms come in protobuf only, which a job asks for.</summary>
    public static readonly IReadOnlyList<ScrapeProtocol> Default =
    [
        ScrapeProtocol.OpenMetricsText1_0_0, ScrapeProtocol.OpenMetricsText0_0_1,
        ScrapeProtocol.PrometheusText1_0_0, ScrapeProtocol.PrometheusText0_0_4,
    ];

    public static readonly IReadOnlyList<ScrapeProtocol> WithNativeHistograms =
        [ScrapeProtocol.PrometheusProto, .. Default];

    public static string NameOf(ScrapeProtocol protocol) => protocol switch
    {
        ScrapeProtocol.PrometheusProto => "PrometheusProto",
        ScrapeProtocol.PrometheusText0_0_4 => "PrometheusText0.0.4",
        ScrapeProtocol.PrometheusText1_0_0 => "PrometheusText1.0.0",
        ScrapeProtocol.OpenMetricsText0_0_1 => "OpenMetricsText0.0.1",
        _ => "OpenMetricsText1.0.0",
    };

    public static ScrapeProtocol? TryParse(string name)
    {
        foreach (ScrapeProtocol protocol in Enum.GetValues<ScrapeProtocol>())
        {
            if (NameOf(protocol) == name) return protocol;
        }

        return null;
    }

    /// <summary>The <c>Accept</c> header: earlier ones are preferred.</summary>
    public static string Accept(IReadOnlyList<ScrapeProtocol> protocols)
    {
        var parts = new List<string>();
        int weight = protocols.Count + 1;
        foreach (ScrapeProtocol protocol in protocols)
        {
            string type = protocol switch
            {
                ScrapeProtocol.PrometheusProto =>
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
                        + ";escaping=allow-utf-8",
                ScrapeProtocol.PrometheusText0_0_4 => "text/plain;version=0.0.4",
                ScrapeProtocol.PrometheusText1_0_0 => "text/plain;version=1.0.0;escaping=allow-utf-8",
                ScrapeProtocol.OpenMetricsText0_0_1 => "application/openmetrics-text;version=0.0.1",
                _ => "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
            };
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{type};q=0.{weight}"));
            weight--;
        }

        parts.Add(string.Create(CultureInfo.InvariantCulture, $"*/*;q=0.{weight}"));
        return string.Join(',', parts);
    }

    public static ExpositionFormat FormatOf(ScrapeProtocol protocol) => protocol switch
    {
        ScrapeProtocol.PrometheusProto => ExpositionFormat.Protobuf,
        ScrapeProtocol.PrometheusText0_0_4 or ScrapeProtocol.PrometheusText1_0_0 => ExpositionFormat.Text,
        _ => ExpositionFormat.OpenMetrics,
    };

    /// <summary>The format that a content type names, else the fallback, else null.</summary>
    public static ExpositionFormat? FormatOf(string? contentType, ScrapeProtocol? fallback)
    {
        string media = (contentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return media switch
        {
            "text/plain" => ExpositionFormat.Text,
            "application/openmetrics-text" => ExpositionFormat.OpenMetrics,
            "application/vnd.google.protobuf" => ExpositionFormat.Protobuf,
            _ => fallback is { } given ? FormatOf(given) : null,
        };
    }
}
