namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>The section <c>global</c>: what jobs take when they say nothing.</summary>
internal sealed record GlobalSettings
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyList<ScrapeProtocol>? Protocols { get; init; }

    public bool TakesNativeHistograms { get; init; }

    public bool AlwaysTakesClassicHistograms { get; init; }

    public ScrapeLimits Limits { get; init; } = new();
}
