using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>
/// When groups are evaluated: at multiples of their interval, shifted by a hash of their name, so that many groups do
/// not all come at once and a restarted server keeps the same times.
/// </summary>
internal static class GroupSchedule
{
    /// <summary>The first time that is not past.</summary>
    public static long First(string group, TimeSpan interval, long nowMs)
    {
        long intervalMs = (long)interval.TotalMilliseconds;
        ulong hash = LabelHash.Finish(LabelHash.Add(0, group));
        long shiftMs = (long)(hash % (ulong)intervalMs);
        long at = nowMs - Modulo(nowMs - shiftMs, intervalMs);
        return at < nowMs ? at + intervalMs : at;
    }

    /// <summary>The time after one that was evaluated; those that are past already are left out.</summary>
    public static long Next(long lastMs, TimeSpan interval, long nowMs, out long missed)
    {
        long intervalMs = (long)interval.TotalMilliseconds;
        missed = Math.Max(0, (nowMs - lastMs) / intervalMs);
        // What became due a moment ago is late, not missed.
        if (missed > 0) missed--;
        return lastMs + ((missed + 1) * intervalMs);
    }

    private static long Modulo(long value, long by) => ((value % by) + by) % by;
}
