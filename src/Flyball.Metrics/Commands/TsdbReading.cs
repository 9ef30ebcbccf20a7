using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Commands;

/// <summary>Goes through a store's series.</summary>
internal static class TsdbReading
{
    private static readonly LabelMatcher[] Everything = [LabelMatcher.NotEqual(LabelNames.MetricName, "")];

    /// <summary>Reads every sample, so that every chunk is decoded.</summary>
    public static long CountSamples(TimeSeriesStore store, CancellationToken cancellation)
    {
        long count = 0;
        using ISeriesSource source = store.Open(long.MinValue, long.MaxValue);
        ISampleIterator? iterator = null;
        foreach (ISeries series in source.Select(
            new SeriesQuery(long.MinValue, long.MaxValue, Everything), cancellation))
        {
            iterator = series.Iterate(iterator);
            while (iterator.Next() != SampleKind.None) count++;
        }

        return count;
    }

    /// <summary>The series that match, in the order of metric names, then labels.</summary>
    public static IEnumerable<ISeries> Select(
        ISeriesSource source, TimeRange range, IReadOnlyList<LabelMatcher>? matchers, CancellationToken cancellation) =>
        source.Select(new SeriesQuery(range.MinMs, range.MaxMs, matchers ?? Everything), cancellation)
            .OrderBy(series => series.Labels.MetricName, ByteOrder.Instance).ThenBy(series => series.Labels);
}
