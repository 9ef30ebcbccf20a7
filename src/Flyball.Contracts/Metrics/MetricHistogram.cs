namespace Flyball.Contracts.Metrics;

/// <summary>
/// A native histogram: exponential buckets at a scale from -4 to 8, or, with <see cref="Bounds"/>, buckets of one's own
/// whose upper bounds increase strictly (the last bucket, up to infinity, is not listed).
/// </summary>
public sealed record MetricHistogram
{
    public required double Count { get; init; }

    public required double Sum { get; init; }

    /// <summary>Each power of two is divided into 2^scale buckets; unused with <see cref="Bounds"/>.</summary>
    public int Scale { get; init; }

    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public MetricBuckets Positive { get; init; } = MetricBuckets.None;

    public MetricBuckets Negative { get; init; } = MetricBuckets.None;

    /// <summary>
    /// Upper bounds of buckets of one's own; their counts are <see cref="Positive"/>, the first at index 0. Default
    /// none.
    /// </summary>
    public IReadOnlyList<double> Bounds { get; init; } = [];
}
