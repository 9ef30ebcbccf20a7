using System.Text;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage;

/// <summary>
/// Counts the head's series by name, label and pair. Postings know their sizes, so this costs a pass over the pairs,
/// not over the series; the lock is taken for a slice of them at a time.
/// </summary>
internal static class Cardinality
{
    private const int Slice = 16_384;

    /// <param name="head">The head.</param>
    /// <param name="limit">Entries of each list.</param>
    public static CardinalityReport Count(HeadData head, int limit)
    {
        var metrics = new Largest(limit);
        var pairs = new Largest(limit);
        var values = new Dictionary<int, (long Count, long Bytes)>();
        int pairLimit;
        lock (head.Gate) pairLimit = head.Series.Pairs.Limit;
        for (int start = 0; start < pairLimit; start += Slice)
        {
            lock (head.Gate)
                CountSlice(head.Series.Pairs, start, Math.Min(start + Slice, pairLimit), metrics, pairs, values);
        }

        var names = new Largest(limit);
        var bytes = new Largest(limit);
        lock (head.Gate)
        {
            foreach ((int name, (long count, long size)) in values)
            {
                string text = head.Series.Pairs.Symbols.IsUsed(name) ? head.Series.Pairs.Symbols.Text(name) : "";
                names.Offer(count, () => text);
                bytes.Offer(size, () => text);
            }

            bool isEmpty = head.MaxMs == long.MinValue;
            return new CardinalityReport
            {
                SeriesCount = head.Series.Count,
                ChunkCount = CountChunks(head),
                LabelPairCount = head.Series.Pairs.Count,
                MinMs = isEmpty ? 0 : head.MinMs,
                MaxMs = isEmpty ? 0 : head.MaxMs,
                SeriesByMetric = metrics.Take(),
                ValuesByLabel = names.Take(),
                BytesByLabel = bytes.Take(),
                SeriesByPair = pairs.Take(),
            };
        }
    }

    private static long CountChunks(HeadData head)
    {
        long count = 0;
        for (int series = 0; series < head.Series.Limit; series++)
        {
            ref SeriesState state = ref head.Series[series];
            if (state.IsLive) count += state.SealedCount + (state.Open.Count > 0 ? 1 : 0);
        }

        return count;
    }

    private static void CountSlice(
        LabelPairs all, int from, int to, Largest metrics, Largest pairs,
        Dictionary<int, (long Count, long Bytes)> values)
    {
        for (int pair = from; pair < to; pair++)
        {
            int series = all.SeriesCount(pair);
            if (series == 0) continue;
            (long count, long bytes) = values.GetValueOrDefault(all.Name(pair));
            values[all.Name(pair)] = (count + 1, bytes + ((long)series * all.ValueBytes(pair).Length));
            int number = pair;
            pairs.Offer(series, () => Text(all.NameBytes(number)) + "=" + Text(all.ValueBytes(number)));
            if (all.NameBytes(pair).SequenceEqual("__name__"u8))
                metrics.Offer(series, () => Text(all.ValueBytes(number)));
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    /// <summary>Keeps the largest entries; names are made only for those that enter.</summary>
    private sealed class Largest(int limit)
    {
        private readonly PriorityQueue<CardinalityEntry, long> _entries = new();

        public void Offer(long value, Func<string> name)
        {
            if (limit == 0) return;
            if (_entries.Count < limit) _entries.Enqueue(new CardinalityEntry(name(), value), value);
            else if (_entries.Peek().Value < value) _entries.EnqueueDequeue(new CardinalityEntry(name(), value), value);
        }

        public IReadOnlyList<CardinalityEntry> Take() =>
        [
            .. _entries.UnorderedItems.Select(item => item.Element)
                .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Name, StringComparer.Ordinal),
        ];
    }
}
