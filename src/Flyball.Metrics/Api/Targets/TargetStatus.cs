using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Targets;

/// <summary>A target and how its last scrape went.</summary>
internal sealed record TargetStatus
{
    public required string Pool { get; init; }

    /// <summary>The labels before relabelling.</summary>
    public required Labels DiscoveredLabels { get; init; }

    /// <summary>The labels that its samples get.</summary>
    public required Labels Labels { get; init; }

    public required string ScrapeUrl { get; init; }

    /// <summary>Empty when the last scrape went well, or there was none yet.</summary>
    public string LastError { get; init; } = "";

    /// <summary>0 when there was none yet.</summary>
    public long LastScrapeUnixMs { get; init; }

    public TimeSpan LastScrapeDuration { get; init; }

    public TargetHealth Health { get; init; }

    public required TimeSpan Interval { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>What the target told about its metrics.</summary>
    public IReadOnlyList<MetricMetadata> Metadata { get; init; } = [];
}
