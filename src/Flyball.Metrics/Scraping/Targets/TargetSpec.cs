using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>A target as discovery and relabelling made it.</summary>
internal sealed record TargetSpec
{
    public required ScrapeJob Job { get; init; }

    /// <summary>Labels before relabelling.</summary>
    public required Labels Discovered { get; init; }

    /// <summary>What all samples get; no name starts with two underscores.</summary>
    public required Labels Labels { get; init; }

    public required Uri Url { get; init; }

    public required TimeSpan Interval { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Equal keys within a job are the same target.</summary>
    public required string Key { get; init; }
}
