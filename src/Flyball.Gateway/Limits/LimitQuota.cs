namespace Flyball.Gateway.Limits;

/// <summary>How many counts one limit has, and the one that its further keys share. Any thread.</summary>
internal sealed class LimitQuota
{
    private int count;
    private LimitBucket? overflow;

    /// <summary>How many there are then.</summary>
    public int Add(int change) => Interlocked.Add(ref count, change);

    public LimitBucket Overflow(UInt128 key, LimitRate rate)
    {
        if (Volatile.Read(ref overflow) is { } made) return made;
        var fresh = new LimitBucket(key, rate, this);
        return Interlocked.CompareExchange(ref overflow, fresh, null) ?? fresh;
    }
}
