namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Where a chunk of a block is, and what it covers.</summary>
internal readonly record struct BlockChunkRef(
    long MinMs, long MaxMs, int Count, bool IsHistogram, long TimesOffset, int TimesSize, long BodyOffset,
        int BodySize);
