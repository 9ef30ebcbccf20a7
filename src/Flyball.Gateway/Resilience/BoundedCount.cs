namespace Flyball.Gateway.Resilience;

/// <summary>Counts that several threads raise up to a bound.</summary>
internal static class BoundedCount
{
    /// <summary>
    /// One more, unless there are <paramref name="most"/> already. It never goes beyond and back: another thread would
    /// take that for a place that is taken, and refuse for nothing.
    /// </summary>
    public static bool TryAdd(ref int count, int most)
    {
        int seen = Volatile.Read(ref count);
        while (seen < most)
        {
            int found = Interlocked.CompareExchange(ref count, seen + 1, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }
}
