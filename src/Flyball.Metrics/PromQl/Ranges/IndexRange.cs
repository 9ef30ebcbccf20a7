namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>Consecutive samples: <see cref="To"/> is exclusive.</summary>
internal readonly record struct IndexRange(int From, int To)
{
    public int Count => To - From;

    public bool IsEmpty => From >= To;

    /// <summary>The samples after <paramref name="afterMs"/>, up to and including <paramref name="untilMs"/>.</summary>
    public static IndexRange Within(ReadOnlySpan<long> times, long afterMs, long untilMs) =>
        new(FirstAfter(times, afterMs), FirstAfter(times, untilMs));

    /// <summary>The index of the first time after a time, or the length.</summary>
    public static int FirstAfter(ReadOnlySpan<long> times, long timeMs)
    {
        int low = 0, high = times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (times[middle] > timeMs) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    /// <summary>The index of the first time at or after a time, or the length.</summary>
    public static int FirstNotBefore(ReadOnlySpan<long> times, long timeMs) => FirstAfter(times, timeMs - 1);
}
