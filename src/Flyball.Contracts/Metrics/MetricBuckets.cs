namespace Flyball.Contracts.Metrics;

/// <summary>
/// The buckets of an exponential histogram on one side of zero, dense: <c>Counts[0]</c> is the bucket that ends at
/// 2^((FirstIndex) * 2^-scale), as Prometheus numbers them.
/// </summary>
public sealed record MetricBuckets(int FirstIndex, IReadOnlyList<double> Counts)
{
    /// <summary>No buckets.</summary>
    public static MetricBuckets None { get; } = new(0, []);
}
