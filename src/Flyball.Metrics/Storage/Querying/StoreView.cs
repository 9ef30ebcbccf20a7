using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>The blocks and the head as of one moment, for one query.</summary>
internal sealed class StoreView(
    IReadOnlyList<Block> blocks, HeadData head, long headFromMs, long lateFromMs, LabelsCache cache, Action onDamage,
        Action onClose) : ISeriesSource
{
    private const int LockSlice = 256;

    private readonly ByteBuffer _canonical = new(512);
    private bool _isClosed;

    public IReadOnlyList<ISeries> Select(SeriesQuery query, CancellationToken cancellation = default)
    {
        var found = new Dictionary<ulong, List<StoredSeries>>();
        var order = new List<StoredSeries>();
        foreach (Block block in Overlapping(query))
        {
            int[] numbers = SeriesSelector.Select(block, query.Matchers, cancellation);
            var reader = new BlockChunkReader(block);
            var pieces = new List<ChunkPiece>();
            foreach (int number in numbers)
            {
                pieces.Clear();
                reader.Collect(number, query.MinTimestampMs, query.MaxTimestampMs, pieces);
                if (pieces.Count == 0) continue;
                _canonical.Clear();
                block.WriteLabels(number, _canonical);
                SeriesOf(query, block.Series(number).Hash, found, order).Pieces.AddRange(pieces);
            }
        }

        if (ReachesHead(query)) SelectHead(query, found, order, cancellation);
        foreach (StoredSeries series in order) series.Sort();
        order.Sort(static (left, right) =>
        {
            int byHash = left.Labels.StableHash.CompareTo(right.Labels.StableHash);
            return byHash != 0 ? byHash : left.Labels.CompareTo(right.Labels);
        });
        if (query.SeriesLimit > 0 && order.Count > query.SeriesLimit)
            order.RemoveRange(query.SeriesLimit, order.Count - query.SeriesLimit);
        return order;
    }

    public IReadOnlyList<string> LabelNames(SeriesQuery query, CancellationToken cancellation = default)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (query.Matchers.Count > 0)
        {
            foreach (ISeries series in Select(query, cancellation))
            {
                foreach (Label label in series.Labels.Items) names.Add(label.Name);
            }

            return Sorted(names);
        }

        foreach (Block block in Overlapping(query)) names.UnionWith(block.Names.Select(Encoding.UTF8.GetString));
        if (ReachesHead(query))
        {
            lock (head.Gate)
            {
                foreach (int symbol in head.Series.Pairs.Names) names.Add(head.Series.Pairs.Symbols.Text(symbol));
            }
        }

        return Sorted(names);
    }

    public IReadOnlyList<string> LabelValues(string name, SeriesQuery query, CancellationToken cancellation = default)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        if (query.Matchers.Count > 0)
        {
            foreach (ISeries series in Select(query, cancellation))
            {
                string value = series.Labels.Get(name);
                if (value.Length > 0) values.Add(value);
            }

            return Sorted(values);
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        IEnumerable<ILabelIndex> indexes = Overlapping(query);
        if (ReachesHead(query)) indexes = indexes.Append(new HeadIndex(head));
        foreach (ILabelIndex index in indexes)
        {
            foreach (int pair in index.PairsOf(utf8)) values.Add(Encoding.UTF8.GetString(index.ValueOf(pair)));
        }

        return Sorted(values);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        foreach (Block block in blocks) block.Release();
        onClose();
    }

    private static string[] Sorted(HashSet<string> texts)
    {
        string[] sorted = [.. texts];
        Array.Sort(sorted, ByteOrder.Instance);
        return sorted;
    }

    private bool ReachesHead(SeriesQuery query) => query.MaxTimestampMs >= Math.Min(headFromMs, lateFromMs);

    private IEnumerable<Block> Overlapping(SeriesQuery query) =>
        blocks.Where(block => block.Overlaps(query.MinTimestampMs, query.MaxTimestampMs));

    /// <summary>
    /// Series numbers of the head are good until it collects dropped series. That happens every two hours or so, so a
    /// selection that meets one starts over.
    /// </summary>
    private void SelectHead(
        SeriesQuery query, Dictionary<ulong, List<StoredSeries>> found, List<StoredSeries> order,
            CancellationToken cancellation)
    {
        var reader = new HeadChunkReader(head, headFromMs);
        var collected = new List<(byte[] Canonical, ulong Hash, ChunkPiece[] Pieces)>();
        while (!TryCollect(query, reader, collected, cancellation)) collected.Clear();
        foreach ((byte[] canonical, ulong hash, ChunkPiece[] pieces) in collected)
        {
            _canonical.Clear();
            _canonical.Bytes(canonical);
            SeriesOf(query, hash, found, order).Pieces.AddRange(pieces);
        }
    }

    private bool TryCollect(
        SeriesQuery query, HeadChunkReader reader, List<(byte[] Canonical, ulong Hash, ChunkPiece[] Pieces)> collected,
        CancellationToken cancellation)
    {
        int collections = head.Collections;
        int[] numbers = SeriesSelector.Select(new HeadIndex(head), query.Matchers, cancellation);
        var pieces = new List<ChunkPiece>();
        for (int start = 0; start < numbers.Length; start += LockSlice)
        {
            cancellation.ThrowIfCancellationRequested();
            lock (head.Gate)
            {
                if (head.Collections != collections) return false;
                foreach (int number in numbers.AsSpan(start, Math.Min(LockSlice, numbers.Length - start)))
                {
                    if (!head.Series[number].IsLive) continue;
                    pieces.Clear();
                    reader.Collect(number, query.MinTimestampMs, query.MaxTimestampMs, pieces);
                    if (pieces.Count == 0) continue;
                    _canonical.Clear();
                    head.Series.WriteLabels(number, _canonical);
                    collected.Add((_canonical.Written.ToArray(), head.Series[number].LabelsHash, [.. pieces]));
                }
            }
        }

        return head.Collections == collections;
    }

    /// <summary>The result's series with the labels in <c>_canonical</c>.</summary>
    private StoredSeries SeriesOf(
        SeriesQuery query, ulong hash, Dictionary<ulong, List<StoredSeries>> found, List<StoredSeries> order)
    {
        Labels labels = cache.Get(_canonical.Written, hash);
        if (found.TryGetValue(hash, out List<StoredSeries>? same))
        {
            foreach (StoredSeries known in same)
            {
                if (known.Labels.Equals(labels)) return known;
            }
        }
        else
        {
            found.Add(hash, same = new List<StoredSeries>(1));
        }

        var series = new StoredSeries(labels, new TimeRange(query.MinTimestampMs, query.MaxTimestampMs), onDamage);
        same.Add(series);
        order.Add(series);
        return series;
    }
}
