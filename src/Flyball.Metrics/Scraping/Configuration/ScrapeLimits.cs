namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>What a scrape may bring. 0 means no limit of the job's own; the server's bounds hold anyway.</summary>
internal sealed record ScrapeLimits
{
    /// <summary>Bytes of a body, unpacked.</summary>
    public long BodyBytes { get; init; }

    /// <summary>Samples after relabelling.</summary>
    public int Samples { get; init; }

    /// <summary>Labels of a series.</summary>
    public int Labels { get; init; }

    /// <summary>Bytes of a label name.</summary>
    public int LabelNameBytes { get; init; }

    /// <summary>Bytes of a label value.</summary>
    public int LabelValueBytes { get; init; }

    /// <summary>Targets of the job after relabelling; with more, none is scraped.</summary>
    public int Targets { get; init; }

    /// <summary>Dropped targets kept to be shown.</summary>
    public int DroppedTargets { get; init; }
}
