using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// Late samples of the head that are older than the head shows otherwise: what an agent kept while its server was away
/// comes when blocks hold that time already. They become blocks beside those, which compaction merges. The head's lock
/// is held for some hundred series at a time.
/// </summary>
internal sealed class LateBlocks(HeadData head, long rangeMs, Action onDamage)
{
    private const int Slice = 256;

    /// <summary>
    /// Seals late samples older than a time; the result is where the chunk log stands then: what comes later is not
    /// among what the caller writes.
    /// </summary>
    public LogPosition Seal(long beforeMs)
    {
        int[] all;
        lock (head.Gate) all = [.. head.OutOfOrder.Keys];
        foreach (int[] slice in all.Chunk(Slice))
        {
            lock (head.Gate)
            {
                foreach (int series in slice)
                {
                    if (head.OutOfOrder.TryGetValue(series, out OutOfOrderSamples? late) && late.Count > 0
                        && late.Samples[0].TimestampMs < beforeMs)
                    {
                        head.SealOutOfOrder(series);
                    }
                }
            }
        }

        return head.Log.Position;
    }

    /// <summary>The series that have late chunks wholly before a time, by the ranges in which these lie.</summary>
    public SortedDictionary<long, SortedSet<int>> Ranges(long beforeMs)
    {
        var ranges = new SortedDictionary<long, SortedSet<int>>();
        for (int first = 0; ; first += Slice)
        {
            lock (head.Gate)
            {
                if (first >= head.Series.Limit) return ranges;
                int end = Math.Min(first + Slice, head.Series.Limit);
                for (int series = first; series < end; series++) AddRanges(series, beforeMs, ranges);
            }
        }
    }

    /// <summary>Writes and finishes a block of the late samples of these series in one range.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="startMs">Of the range.</param>
    /// <param name="beforeMs">The block ends here at the latest: start-up takes all that is older for stored.</param>
    /// <param name="series">Their numbers.</param>
    public void Write(BlockWriter writer, long startMs, long beforeMs, IReadOnlySet<int> series)
    {
        long endMs = Math.Min(startMs + rangeMs, beforeMs);
        new HeadBlock(head, onDamage).Write(writer, startMs, endMs, series);
        writer.Finish(startMs, endMs, level: 1, replaces: []);
    }

    private void AddRanges(int series, long beforeMs, SortedDictionary<long, SortedSet<int>> ranges)
    {
        if (!head.Series[series].IsLive) return;
        foreach (ref readonly SealedRef chunk in head.SealedOf(in head.Series[series]))
        {
            if (!chunk.IsOutOfOrder || chunk.MaxMs >= beforeMs) continue;
            long last = BlockRanges.Floor(chunk.MaxMs, rangeMs);
            for (long start = BlockRanges.Floor(chunk.MinMs, rangeMs); start <= last; start += rangeMs)
            {
                if (!ranges.TryGetValue(start, out SortedSet<int>? members)) ranges.Add(start, members = []);
                members.Add(series);
            }
        }
    }
}
