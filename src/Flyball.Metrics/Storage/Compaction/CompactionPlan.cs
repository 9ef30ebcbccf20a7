using Flyball.Metrics.Storage.Blocks;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Which blocks to merge next: the blocks of one aligned window of the next range, once a later block shows that the
/// window is complete; the smallest range first, the oldest window first. A block that fills its window is merged again
/// when late samples made another one beside it.
/// </summary>
internal static class CompactionPlan
{
    /// <summary>Empty when there is nothing to do.</summary>
    public static IReadOnlyList<Block> Next(IReadOnlyList<Block> blocks, TimeSpan range, TimeSpan rangeMax, int factor)
    {
        long newestStartMs = blocks.Count == 0 ? long.MinValue : blocks.Max(block => block.Meta.MinMs);
        long maxMs = (long)rangeMax.TotalMilliseconds;
        for (long window = (long)range.TotalMilliseconds * factor; window <= maxMs; window *= factor)
        {
            foreach (IGrouping<long, Block> group in blocks
                .Where(block => block.Meta.EndMs - block.Meta.MinMs <= window)
                .GroupBy(block => BlockRanges.Floor(block.Meta.MinMs, window))
                .OrderBy(group => group.Key))
            {
                Block[] members = [.. group];
                if (members.Length >= 2 && group.Key + window <= newestStartMs) return members;
            }
        }

        return [];
    }

    /// <summary>
    /// A block most of whose series have deletions, or null: rewriting it alone makes the deletions real.
    /// </summary>
    public static Block? WithDeletions(IReadOnlyList<Block> blocks, double share) =>
        blocks.FirstOrDefault(block => block.Tombstones.Count > block.Meta.SeriesCount * share);
}
