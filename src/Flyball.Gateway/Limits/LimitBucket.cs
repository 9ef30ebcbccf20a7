namespace Flyball.Gateway.Limits;

/// <summary>One key's count. Any thread.</summary>
internal sealed class LimitBucket(UInt128 key, LimitRate rate, LimitQuota quota)
{
    private long due;
    private long unreported;

    public UInt128 Key => key;

    public LimitRate Rate => rate;

    /// <summary>Of which it takes a part.</summary>
    public LimitQuota Quota => quota;

    /// <param name="nowNs">The present.</param>
    /// <param name="shares">It is to be told to others when it passes.</param>
    /// <param name="first">True when it is the first since the last <see cref="Report"/>.</param>
    public LimitVerdict Take(long nowNs, bool shares, out bool first)
    {
        first = false;
        while (true)
        {
            long before = Volatile.Read(ref due);
            LimitVerdict verdict = Gcra.Take(before, nowNs, rate, out long next);
            if (!verdict.Passes) return verdict;
            if (Interlocked.CompareExchange(ref due, next, before) != before) continue;
            first = shares && Interlocked.Increment(ref unreported) == 1;
            return verdict;
        }
    }

    /// <summary>Requests that passed here since the last call.</summary>
    public long Report() => Interlocked.Exchange(ref unreported, 0);

    /// <summary>Requests passed elsewhere.</summary>
    public void Debit(long nowNs, long count)
    {
        while (true)
        {
            long before = Volatile.Read(ref due);
            long next = Gcra.Debit(before, nowNs, rate, count);
            if (Interlocked.CompareExchange(ref due, next, before) == before) return;
        }
    }

    /// <summary>A bucket that is as good as new need not be kept.</summary>
    public bool IsFull(long nowNs) => Volatile.Read(ref due) <= nowNs && Volatile.Read(ref unreported) == 0;
}
