namespace Flyball.Gateway.Limits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371, the virtual scheduling form): one number, the theoretical time at
/// which the next request would be due at the steady rate, does what a token bucket does, without a timer. Times are in
/// nanoseconds of any clock that does not go back. Pure.
/// </summary>
internal static class Gcra
{
    /// <param name="due">The theoretical time of the key; 0 for a key without a request so far.</param>
    /// <param name="nowNs">The present.</param>
    /// <param name="rate">The limit.</param>
    /// <param name="next">The theoretical time after this request; the same when it is refused.</param>
    public static LimitVerdict Take(long due, long nowNs, LimitRate rate, out long next)
    {
        long from = Math.Max(due, nowNs);
        long after = from + rate.IntervalNs;
        long early = after - rate.BurstNs;
        if (early > nowNs)
        {
            next = due;
            return new LimitVerdict(false, 0, Span(from - nowNs), Span(early - nowNs));
        }

        next = after;
        return new LimitVerdict(true, (nowNs - early) / rate.IntervalNs, Span(after - nowNs), TimeSpan.Zero);
    }

    /// <summary>
    /// The theoretical time when <paramref name="count"/> requests have passed elsewhere. What is owed is bounded: a
    /// limit that was overdrawn on several gateways at once takes no longer than another burst to be made up for.
    /// </summary>
    public static long Debit(long due, long nowNs, LimitRate rate, long count)
    {
        long most = nowNs + (2 * rate.BurstNs);
        long from = Math.Max(due, nowNs);
        return count >= (most - from) / rate.IntervalNs ? Math.Max(most, from) : from + (count * rate.IntervalNs);
    }

    private static TimeSpan Span(long ns) => TimeSpan.FromTicks((ns + 99) / 100);
}
