namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>What one scrape brought.</summary>
internal sealed record ScrapeResult
{
    /// <summary>Null when the scrape went well.</summary>
    public string? Error { get; init; }

    /// <summary>When it began, in Unix milliseconds: the time of its samples.</summary>
    public required long TimestampMs { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Samples in the body.</summary>
    public int Scraped { get; init; }

    /// <summary>Samples after relabelling.</summary>
    public int Kept { get; init; }

    /// <summary>Series that the target had not brought before.</summary>
    public int Added { get; init; }

    public long BodyBytes { get; init; }
}
