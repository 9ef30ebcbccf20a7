using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>Chunks of a block.</summary>
internal sealed class BlockChunkReader(Block block) : IChunkReader
{
    /// <summary>Adds the chunks of a series that meet a range.</summary>
    public void Collect(int series, long minMs, long maxMs, List<ChunkPiece> into)
    {
        BlockSeriesReader entry = block.Series(series);
        IReadOnlyList<TimeRange> deleted = block.Tombstones.Of(series);
        while (entry.TryNext(out BlockChunkRef chunk))
        {
            if (chunk.MaxMs < minMs) continue;
            if (chunk.MinMs > maxMs) return;
            into.Add(new ChunkPiece
            {
                MinMs = chunk.MinMs,
                MaxMs = chunk.MaxMs,
                Reader = this,
                Rank = block.Rank,
                IsHistogram = chunk.IsHistogram,
                Count = chunk.Count,
                Place = chunk.TimesOffset,
                TimesSize = chunk.TimesSize,
                Offset = chunk.BodyOffset,
                SizeBytes = chunk.BodySize,
                Deleted = deleted,
            });
        }
    }

    /// <summary>Copies a chunk as it is into a block that is being written; false when it is damaged.</summary>
    public bool TryCopy(in ChunkPiece piece, BlockWriter writer)
    {
        if (!block.TryReadPart(piece.Place, piece.TimesSize, out ReadOnlySpan<byte> times)
            || !block.TryReadPart(piece.Offset, piece.SizeBytes, out ReadOnlySpan<byte> body)) return false;
        writer.AddEncoded(times, body, piece.Count, piece.MinMs, piece.MaxMs, piece.IsHistogram);
        return true;
    }

    public bool TryRead(in ChunkPiece piece, SampleBuffer into) =>
        block.TryReadPart(piece.Place, piece.TimesSize, out ReadOnlySpan<byte> times)
        && block.TryReadPart(piece.Offset, piece.SizeBytes, out ReadOnlySpan<byte> body)
        && FloatChunk.TryDecode(times, body, piece.Count, into);

    public bool TryRead(in ChunkPiece piece, List<TimedHistogram> into) =>
        block.TryReadPart(piece.Place, piece.TimesSize, out ReadOnlySpan<byte> times)
        && block.TryReadPart(piece.Offset, piece.SizeBytes, out ReadOnlySpan<byte> body)
        && HistogramChunk.TryDecode(times, body, piece.Count, into);
}
