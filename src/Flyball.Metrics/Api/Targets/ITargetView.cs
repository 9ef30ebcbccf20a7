namespace Flyball.Metrics.Api.Targets;

/// <summary>What is scraped at the moment, for the API.</summary>
internal interface ITargetView
{
    /// <summary>Targets that are scraped, in the order of pools and addresses.</summary>
    IReadOnlyList<TargetStatus> Active { get; }

    /// <summary>Targets that relabelling dropped; a bounded number of them.</summary>
    IReadOnlyList<DroppedTarget> Dropped { get; }

    /// <summary>How many targets relabelling dropped, by pool.</summary>
    IReadOnlyDictionary<string, int> DroppedCounts { get; }

    /// <summary>The names of all pools.</summary>
    IReadOnlyList<string> Pools { get; }

    /// <summary>
    /// The scrape configuration as YAML: a mapping with <c>scrape_configs</c>; empty when there is none.
    /// </summary>
    string ConfigYaml { get; }
}
