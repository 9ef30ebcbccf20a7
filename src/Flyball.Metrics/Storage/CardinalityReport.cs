namespace Flyball.Metrics.Storage;

/// <summary>
/// Where the head's series come from, as <c>/api/v1/status/tsdb</c> shows it; each list has the largest first.
/// </summary>
internal sealed record CardinalityReport
{
    public required int SeriesCount { get; init; }

    /// <summary>Chunks of the head's series, the open ones included.</summary>
    public required long ChunkCount { get; init; }

    public required int LabelPairCount { get; init; }

    /// <summary>Oldest and newest sample of the head in Unix milliseconds; both 0 without samples.</summary>
    public required long MinMs { get; init; }

    public required long MaxMs { get; init; }

    /// <summary>Series by metric name.</summary>
    public required IReadOnlyList<CardinalityEntry> SeriesByMetric { get; init; }

    /// <summary>Different values by label name.</summary>
    public required IReadOnlyList<CardinalityEntry> ValuesByLabel { get; init; }

    /// <summary>Bytes of values by label name, each value counted as often as it is used.</summary>
    public required IReadOnlyList<CardinalityEntry> BytesByLabel { get; init; }

    /// <summary>Series by pair, as <c>name=value</c>.</summary>
    public required IReadOnlyList<CardinalityEntry> SeriesByPair { get; init; }
}
