namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>What start timestamps (when a counter began, 0 for unknown) say about two samples in a row.</summary>
internal static class CounterStarts
{
    /// <summary>Whether the counter was started anew between the two.</summary>
    public static bool IsReset(long previousStart, long previousTime, long start, long time)
    {
        if (start == 0 || start >= time || start < previousTime) return false;
        if (start > previousTime) return true;

        // The counter starts where the last sample was: a reset, unless that sample only announced the start.
        return previousStart <= previousTime && previousStart != 0 && previousStart != previousTime;
    }

    /// <summary>Whether a changed start lies before the previous sample, which cannot be.</summary>
    public static bool Overlaps(long previousStart, long previousTime, long start) =>
        start != 0 && start < previousTime && start != previousStart;
}
