namespace Flyball.Metrics.Storage;

/// <summary>Block ranges are aligned to the epoch, so that all blocks of a level fit together.</summary>
internal static class BlockRanges
{
    /// <summary>The start of the range that a time falls in.</summary>
    public static long Floor(long timestampMs, long rangeMs)
    {
        long rest = timestampMs % rangeMs;
        return timestampMs - (rest < 0 ? rest + rangeMs : rest);
    }
}
