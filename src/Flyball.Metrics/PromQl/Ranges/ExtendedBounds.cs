namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// Which samples an <c>anchored</c> or <c>smoothed</c> range uses: from the last at or before its start, to the last
/// (anchored) or the first at or after its end (smoothed).
/// </summary>
internal readonly record struct ExtendedBounds(int First, int Last)
{
    /// <summary>Null when no sample lies where the range can see it.</summary>
    public static ExtendedBounds? Find(ReadOnlySpan<long> times, long startMs, long endMs, bool isSmoothed)
    {
        int last = times.Length - 1;
        int first = Math.Max(0, IndexRange.FirstAfter(times[..last], startMs) - 1);
        if (isSmoothed) last = IndexRange.FirstNotBefore(times[..last], endMs);
        if (times[last] <= startMs || (isSmoothed && times[first] > endMs)) return null;
        return new ExtendedBounds(first, last);
    }

    public bool InterpolatesStart(ReadOnlySpan<long> times, long startMs, bool isSmoothed) =>
        isSmoothed && times[First] < startMs;

    public bool InterpolatesEnd(ReadOnlySpan<long> times, long endMs, bool isSmoothed) =>
        isSmoothed && Last > 0 && times[Last] > endMs;
}
