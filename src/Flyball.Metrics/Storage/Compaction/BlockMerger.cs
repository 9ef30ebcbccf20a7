using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Querying;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Merges blocks into one, series by series in their order. Chunks that are large already and overlap nothing are
/// copied as they are; the rest is decoded, freed of deletions and gathered into large chunks.
/// </summary>
internal sealed class BlockMerger(Action onDamage)
{
    /// <summary>A chunk with so many samples is not worth decoding to be made larger.</summary>
    private const int LargeChunk = ChunkLimits.BlockSamplesMax / 2;

    private readonly PieceReader _pieces = new();

    /// <summary>Writes all series of the blocks.</summary>
    public void Write(BlockWriter writer, IReadOnlyList<Block> blocks)
    {
        Cursor[] cursors = [.. blocks.OrderBy(block => block.Meta.MinMs).Select(block => new Cursor(block))];
        var range = new TimeRange(long.MinValue, long.MaxValue);
        while (Least(cursors) is { } least)
        {
            byte[] labels = least.Labels.Written.ToArray();
            ulong hash = least.Hash;
            var series = new StoredSeries(Labels.Empty, range, onDamage);
            foreach (Cursor cursor in cursors)
            {
                if (cursor.IsAtEnd || cursor.Hash != hash || !cursor.Labels.Written.SequenceEqual(labels)) continue;
                cursor.Reader.Collect(cursor.Series, long.MinValue, long.MaxValue, series.Pieces);
                cursor.MoveNext();
            }

            series.Sort();
            WriteSeries(writer, labels, hash, series);
        }
    }

    private static Cursor? Least(Cursor[] cursors)
    {
        Cursor? least = null;
        foreach (Cursor cursor in cursors)
        {
            if (!cursor.IsAtEnd && (least is null || cursor.CompareTo(least) < 0)) least = cursor;
        }

        return least;
    }

    private static bool CanCopy(List<ChunkPiece> pieces, int index)
    {
        ChunkPiece piece = pieces[index];
        return piece.Count >= LargeChunk && piece.Deleted.Count == 0
            && (index == 0 || pieces[index - 1].MaxMs < piece.MinMs)
            && (index + 1 == pieces.Count || pieces[index + 1].MinMs > piece.MaxMs);
    }

    private void WriteSeries(BlockWriter writer, byte[] labels, ulong hash, StoredSeries series)
    {
        bool isBegun = false;
        var run = new BlockRun(writer);
        List<ChunkPiece> all = series.Pieces;
        int index = 0;
        while (index < all.Count)
        {
            if (CanCopy(all, index) && all[index].Reader is BlockChunkReader source)
            {
                if (!isBegun) writer.BeginSeries(labels, hash);
                isBegun = true;
                run.Flush();
                if (!source.TryCopy(all[index], writer)) onDamage();
                index++;
                continue;
            }

            int end = index + 1;
            while (end < all.Count && !CanCopy(all, end)) end++;
            var part = new StoredSeries(Labels.Empty, series.Range, onDamage);
            part.Pieces.AddRange(all[index..end]);
            index = end;
            _pieces.Reset(part);
            while (_pieces.TryNext(long.MinValue))
            {
                if (!isBegun) writer.BeginSeries(labels, hash);
                isBegun = true;
                run.Add(_pieces);
            }
        }

        if (!isBegun) return;
        run.Flush();
        writer.EndSeries();
    }

    /// <summary>A place in one block's series.</summary>
    private sealed class Cursor : IComparable<Cursor>
    {
        private readonly Block _block;

        public Cursor(Block block)
        {
            _block = block;
            Reader = new BlockChunkReader(block);
            Series = -1;
            MoveNext();
        }

        public BlockChunkReader Reader { get; }

        public ByteBuffer Labels { get; } = new(512);

        public int Series { get; private set; }

        public ulong Hash { get; private set; }

        public bool IsAtEnd => Series >= _block.Meta.SeriesCount;

        public void MoveNext()
        {
            Series++;
            if (IsAtEnd) return;
            Hash = _block.Series(Series).Hash;
            Labels.Clear();
            _block.WriteLabels(Series, Labels);
        }

        public int CompareTo(Cursor? other) => other is null ? 1 : SeriesOrder.Compare(
            _block.MetricName(Series), Hash, Labels.Written,
            other._block.MetricName(other.Series), other.Hash, other.Labels.Written);
    }
}
