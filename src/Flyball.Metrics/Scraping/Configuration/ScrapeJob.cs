using Flyball.Metrics.Relabelling;
using Flyball.Metrics.Scraping.Discovery;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>One entry of <c>scrape_configs</c>.</summary>
internal sealed record ScrapeJob
{
    public required string Name { get; init; }

    /// <summary>Equal texts are equal jobs: a reload leaves their targets alone.</summary>
    public required string Fingerprint { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyList<ScrapeProtocol> Protocols { get; init; } = ScrapeProtocols.Default;

    /// <summary>The format of an answer without a usable content type; null refuses it.</summary>
    public ScrapeProtocol? Fallback { get; init; }

    public string MetricsPath { get; init; } = "/metrics";

    public string Scheme { get; init; } = "http";

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Parameters { get; init; } = [];

    /// <summary>Whether a label of the target's own wins over the server's.</summary>
    public bool HonorsLabels { get; init; }

    public bool HonorsTimestamps { get; init; } = true;

    /// <summary>Whether series with timestamps of their own end with a marker.</summary>
    public bool TracksTimestampsStaleness { get; init; }

    public bool AlwaysTakesClassicHistograms { get; init; }

    public bool AllowsCompression { get; init; } = true;

    public ScrapeLimits Limits { get; init; } = new();

    public HttpSettings Http { get; init; } = new();

    public IReadOnlyList<RelabelRule> TargetRules { get; init; } = [];

    public IReadOnlyList<RelabelRule> MetricRules { get; init; } = [];

    public IReadOnlyList<ITargetSource> Sources { get; init; } = [];
}
