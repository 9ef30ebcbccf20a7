using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Series in memory, for scripts and tests. Written by one thread, then read.</summary>
internal sealed class MemoryStore : ISeriesStore
{
    private readonly SortedDictionary<Labels, MemorySeries> series = [];

    public void Clear() => series.Clear();

    public void Add(Labels labels, MemorySample sample)
    {
        if (!series.TryGetValue(labels, out MemorySeries? found))
            series.Add(labels, found = new MemorySeries(labels));
        found.Add(sample);
    }

    public ISeriesSource Open(long minTimestampMs, long maxTimestampMs) => new Source(this);

    private sealed class Source(MemoryStore store) : ISeriesSource
    {
        public IReadOnlyList<ISeries> Select(SeriesQuery query, CancellationToken cancellation = default) =>
            [.. Matching(query).Select(one => new Selected(one, query))];

        public IReadOnlyList<string> LabelNames(SeriesQuery query, CancellationToken cancellation = default) =>
        [
            .. Matching(query).SelectMany(one => one.Labels.Items.ToArray()).Select(label => label.Name)
                .Distinct(StringComparer.Ordinal).Order(ByteOrder.Instance),
        ];

        public IReadOnlyList<string> LabelValues(
            string name, SeriesQuery query, CancellationToken cancellation = default) =>
        [
            .. Matching(query).Select(one => one.Labels.Get(name)).Where(value => value.Length > 0)
                .Distinct(StringComparer.Ordinal).Order(ByteOrder.Instance),
        ];

        public void Dispose()
        {
        }

        private IEnumerable<MemorySeries> Matching(SeriesQuery query) =>
            store.series.Values.Where(
                one => query.Matchers.All(matcher => matcher.Matches(one.Labels.Get(matcher.Name))));
    }

    private sealed class Selected(MemorySeries series, SeriesQuery query) : ISeries
    {
        public Labels Labels => series.Labels;

        public ISampleIterator Iterate(ISampleIterator? reuse = null) => new MemoryIterator(
            [.. series.Samples.Where(sample =>
                sample.TimestampMs >= query.MinTimestampMs && sample.TimestampMs <= query.MaxTimestampMs)]);
    }
}
