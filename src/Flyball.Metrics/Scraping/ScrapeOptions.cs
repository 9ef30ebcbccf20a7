namespace Flyball.Metrics.Scraping;

/// <summary>The server's own bounds on scraping.</summary>
internal sealed record ScrapeOptions
{
    /// <summary>A scrape configuration in Prometheus' format; null for none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Scrapes at one time; further ones wait for a place. Default 512.</summary>
    public int ScrapesMax { get; init; } = 512;

    /// <summary>Targets in all; those beyond it are not scraped. Default 50,000.</summary>
    public int TargetsMax { get; init; } = 50_000;

    /// <summary>Bytes of an unpacked body where the job says nothing smaller. Default 256 MiB.</summary>
    public long BodyBytesMax { get; init; } = 256L << 20;

    /// <summary>Dropped targets of a job that are shown where the job says nothing else. Default 1,000.</summary>
    public int DroppedShownMax { get; init; } = 1_000;

    /// <summary>How often the configuration file is looked at. Default 5 s.</summary>
    public TimeSpan ConfigInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From one scrape of a workload to the next. Default 15 s.</summary>
    public TimeSpan WorkloadInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The job of workloads that ask to be scraped; false turns it off. Default true.</summary>
    public bool ScrapesWorkloads { get; init; } = true;
}
