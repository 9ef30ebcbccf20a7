using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry.Reporting;

/// <summary>
/// Marks series that were there last time and are not any more, as Prometheus does, so that a query does not see them
/// for minutes after their end.
/// </summary>
internal sealed class EndedSeries
{
    /// <summary>The value that ends a series.</summary>
    private static readonly double Ended = BitConverter.UInt64BitsToDouble(0x7ff0000000000002);

    private readonly HashSet<long> now = [];

    /// <param name="batch">Is completed with the marks.</param>
    /// <param name="before">The batch before, of which the first <paramref name="beforeCount"/> series count.</param>
    public void Mark(MetricBatch batch, MetricBatch before, int beforeCount, long atUnixMs)
    {
        now.Clear();
        for (int series = 0; series < batch.SeriesCount; series++) now.Add(Hash(batch.Labels(series)));
        for (int series = 0; series < beforeCount; series++)
        {
            ReadOnlySpan<MetricLabel> labels = before.Labels(series);
            if (now.Contains(Hash(labels))) continue;
            batch.BeginSeries(labels);
            batch.Add(atUnixMs, Ended);
        }
    }

    /// <summary>64 bits: two of some thousand series do not meet by chance. A source keeps its labels' order.</summary>
    private static long Hash(ReadOnlySpan<MetricLabel> labels)
    {
        long hash = 17;
        foreach (ref readonly MetricLabel label in labels)
        {
            hash = (hash * 0x2545F4914F6CDD1D) + label.Name.GetHashCode(StringComparison.Ordinal);
            hash = (hash * 0x2545F4914F6CDD1D) + label.Value.GetHashCode(StringComparison.Ordinal);
        }

        return hash;
    }
}
