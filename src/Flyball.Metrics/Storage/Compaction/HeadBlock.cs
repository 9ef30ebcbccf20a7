using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Querying;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Writes a range of the head as a block. Appends into other ranges go on: the head's lock is held for some hundred
/// series at a time, and only to copy references and open chunks.
/// </summary>
internal sealed class HeadBlock(HeadData head, Action onDamage)
{
    private const int Slice = 256;

    private readonly ByteBuffer _labels = new(512);
    private readonly PieceReader _pieces = new();

    /// <summary>Writes the series that have samples from a time up to another, exclusive.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="minMs">From.</param>
    /// <param name="endMs">Up to.</param>
    /// <param name="members">The numbers of the only series to write; null for all.</param>
    public void Write(BlockWriter writer, long minMs, long endMs, IReadOnlySet<int>? members = null)
    {
        Key[] keys = SortedKeys(members);
        var slice = new List<(byte[] Canonical, ulong Hash, StoredSeries Series)>(Slice);
        for (int start = 0; start < keys.Length; start += Slice)
        {
            slice.Clear();
            Collect(keys.AsSpan(start, Math.Min(Slice, keys.Length - start)), new TimeRange(minMs, endMs - 1), slice);
            foreach ((byte[] canonical, ulong hash, StoredSeries series) in slice)
                WriteSeries(writer, canonical, hash, series);
        }
    }

    private void WriteSeries(BlockWriter writer, byte[] canonical, ulong hash, StoredSeries series)
    {
        bool isBegun = false;
        series.Sort();
        var run = new BlockRun(writer);
        _pieces.Reset(series);
        while (_pieces.TryNext(long.MinValue))
        {
            if (!isBegun) writer.BeginSeries(canonical, hash);
            isBegun = true;
            run.Add(_pieces);
        }

        if (!isBegun) return;
        run.Flush();
        writer.EndSeries();
    }

    private void Collect(
        ReadOnlySpan<Key> keys, TimeRange range, List<(byte[] Canonical, ulong Hash, StoredSeries Series)> slice)
    {
        var reader = new HeadChunkReader(head, head.VisibleFromMs);
        lock (head.Gate)
        {
            foreach (ref readonly Key key in keys)
            {
                var series = new StoredSeries(Labels.Empty, range, onDamage);
                reader.Collect(key.Series, range.MinMs, range.MaxMs, series.Pieces);
                if (series.Pieces.Count == 0) continue;
                _labels.Clear();
                head.Series.WriteLabels(key.Series, _labels);
                slice.Add((_labels.Written.ToArray(), key.Hash, series));
            }
        }
    }

    /// <summary>
    /// All live series, or those of them that are asked for, in <see cref="SeriesOrder"/>: metric names are ranked
    /// first, so that sorting compares numbers.
    /// </summary>
    private Key[] SortedKeys(IReadOnlySet<int>? members)
    {
        lock (head.Gate)
        {
            int[] names = [.. head.Series.Pairs.OfName("__name__"u8)];
            LabelPairs all = head.Series.Pairs;
            Array.Sort(names, (left, right) => all.ValueBytes(left).SequenceCompareTo(all.ValueBytes(right)));
            int[] ranks = new int[head.Series.Pairs.Limit];
            for (int rank = 0; rank < names.Length; rank++) ranks[names[rank]] = rank + 1;
            var keys = new Key[members?.Count ?? head.Series.Count];
            int count = 0;
            Span<int> pairs = stackalloc int[256];
            foreach (int series in members ?? Enumerable.Range(0, head.Series.Limit))
            {
                if (!head.Series[series].IsLive) continue;
                int rank = 0;
                foreach (int pair in pairs[..head.Series.CopyPairs(series, pairs)]) rank = Math.Max(rank, ranks[pair]);
                keys[count++] = new Key(rank, head.Series[series].LabelsHash, series);
            }

            Array.Resize(ref keys, count);
            Array.Sort(keys);
            return keys;
        }
    }

    private readonly record struct Key(int NameRank, ulong Hash, int Series) : IComparable<Key>
    {
        public int CompareTo(Key other)
        {
            int order = NameRank.CompareTo(other.NameRank);
            if (order == 0) order = Hash.CompareTo(other.Hash);
            return order == 0 ? Series.CompareTo(other.Series) : order;
        }
    }
}
