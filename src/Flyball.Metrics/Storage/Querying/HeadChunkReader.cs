using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>
/// Chunks of the head for one view: references to sealed ones, copies of what is still open. Collecting takes the
/// head's lock a few series at a time; decoding does not need it.
/// </summary>
internal sealed class HeadChunkReader(HeadData head, long visibleFromMs) : IChunkReader
{
    private const long SealedRank = 1L << 40;
    private const long OpenRank = SealedRank + 1;
    private const long LateRank = SealedRank << 1;

    private readonly ByteBuffer _copies = new(4096);
    private readonly List<OutOfOrderCopy> _late = [];
    private byte[] _chunk = new byte[4096];

    /// <summary>Adds the chunks of a series that meet a range. Under the head's lock.</summary>
    public void Collect(int series, long minMs, long maxMs, List<ChunkPiece> into)
    {
        ref SeriesState state = ref head.Series[series];
        IReadOnlyList<TimeRange> deleted = head.Deleted.Of(series);
        // What is in order and older is in a block. Late samples may be there, too, or nowhere yet: the same sample
        // twice is one.
        long orderedMinMs = Math.Max(minMs, visibleFromMs);
        ReadOnlySpan<SealedRef> all = head.SealedOf(in state);
        for (int index = 0; index < all.Length; index++)
        {
            SealedRef chunk = all[index];
            if (chunk.MaxMs < (chunk.IsOutOfOrder ? minMs : orderedMinMs) || chunk.MinMs > maxMs) continue;
            into.Add(new ChunkPiece
            {
                MinMs = chunk.MinMs,
                MaxMs = chunk.MaxMs,
                Reader = this,
                Rank = chunk.IsOutOfOrder ? LateRank + index : SealedRank,
                IsHistogram = chunk.IsHistogram,
                Place = chunk.File,
                Offset = chunk.Offset,
                SizeBytes = chunk.SizeBytes,
                Deleted = deleted,
            });
        }

        CollectOpen(in state, orderedMinMs, maxMs, deleted, into);
        if (state.HasHistograms) CollectRun(head.Histograms[series], orderedMinMs, maxMs, deleted, into);
        if (state.HasOutOfOrder) CollectLate(head.OutOfOrder[series], minMs, maxMs, deleted, into);
    }

    public bool TryRead(in ChunkPiece piece, SampleBuffer into)
    {
        if (piece.Rank == OpenRank) return TryReadOpen(in piece, into);
        if (piece.Place < 0)
        {
            foreach ((long timestampMs, double value, long startMs) in _late[(int)piece.Offset].Samples)
                into.Add(timestampMs, value, startMs);
            return true;
        }

        return TryLoad(in piece, out ReadOnlySpan<byte> chunk) && HeadChunk.TryDecode(chunk, into);
    }

    public bool TryRead(in ChunkPiece piece, List<TimedHistogram> into)
    {
        if (piece.Rank == OpenRank)
        {
            List<TimedHistogram> run =
                HistogramRun.Decode(_copies.Written.Slice((int)piece.Offset, piece.SizeBytes), piece.Count);
            into.AddRange(run);
            return run.Count == piece.Count;
        }

        if (!TryLoad(in piece, out ReadOnlySpan<byte> chunk) || !HeadChunk.TryOpen(chunk, out ByteReader reader))
            return false;
        int count = reader.Count(ChunkLimits.SamplesMax);
        ReadOnlySpan<byte> times = reader.Sized();
        return !reader.IsFailed && HistogramChunk.TryDecode(times, reader.Rest, count, into);
    }

    private bool TryReadOpen(in ChunkPiece piece, SampleBuffer into)
    {
        int start = into.Count;
        into.Extend(piece.Count);
        return OpenChunk.TryDecode(
            _copies.Written.Slice((int)piece.Offset, piece.SizeBytes),
            into.TimestampsMs[start..], into.Values[start..], into.StartsMs[start..]);
    }

    private bool TryLoad(in ChunkPiece piece, out ReadOnlySpan<byte> chunk)
    {
        if (_chunk.Length < piece.SizeBytes) _chunk = new byte[piece.SizeBytes];
        chunk = _chunk.AsSpan(0, piece.SizeBytes);
        return head.Log.TryRead((int)piece.Place, (uint)piece.Offset, _chunk.AsSpan(0, piece.SizeBytes));
    }

    private void CollectOpen(
        in SeriesState state, long minMs, long maxMs, IReadOnlyList<TimeRange> deleted, List<ChunkPiece> into)
    {
        if (state.Open.Count == 0 || state.Open.LastTimestampMs < minMs || state.OpenMinMs > maxMs) return;
        int offset = _copies.Length;
        int size = OpenPieces.CopyTo(head.Memory, in state, _copies);
        into.Add(Open(offset, size, state.OpenMinMs, state.Open.LastTimestampMs, state.Open.Count, false, deleted));
    }

    private void CollectRun(
        HistogramRun run, long minMs, long maxMs, IReadOnlyList<TimeRange> deleted, List<ChunkPiece> into)
    {
        if (run.Count == 0 || run.MaxMs < minMs || run.MinMs > maxMs) return;
        int offset = _copies.Length;
        _copies.Bytes(run.Rows);
        into.Add(Open(offset, run.Rows.Length, run.MinMs, run.MaxMs, run.Count, true, deleted));
    }

    private ChunkPiece Open(
        int offset, int size, long minMs, long maxMs, int count, bool isHistogram, IReadOnlyList<TimeRange> deleted)
    {
        return new ChunkPiece
        {
            MinMs = minMs,
            MaxMs = maxMs,
            Reader = this,
            Rank = OpenRank,
            IsHistogram = isHistogram,
            Count = count,
            Offset = offset,
            SizeBytes = size,
            Deleted = deleted,
        };
    }

    private void CollectLate(
        OutOfOrderSamples late, long minMs, long maxMs, IReadOnlyList<TimeRange> deleted, List<ChunkPiece> into)
    {
        if (late.Count == 0 || late.Samples[^1].TimestampMs < minMs || late.Samples[0].TimestampMs > maxMs) return;
        into.Add(new ChunkPiece
        {
            MinMs = late.Samples[0].TimestampMs,
            MaxMs = late.Samples[^1].TimestampMs,
            Reader = this,
            Rank = long.MaxValue,
            Place = -1,
            Offset = _late.Count,
            Deleted = deleted,
        });
        _late.Add(new OutOfOrderCopy([.. late.Samples]));
    }

    private sealed record OutOfOrderCopy((long TimestampMs, double Value, long StartMs)[] Samples);
}
