namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>Which samples of a series are in each step's window; steps only go forward.</summary>
internal struct SlidingWindow(WindowTimes windows)
{
    private int from;
    private int to;

    public IndexRange MoveTo(int step, ReadOnlySpan<long> times)
    {
        long end = windows.EndOf(step);
        long until = end + windows.AheadMs, after = end - windows.BehindMs;
        while (to < times.Length && times[to] <= until) to++;
        while (from < to && times[from] <= after) from++;
        return new IndexRange(from, to);
    }
}
