using System.Collections.Concurrent;
using System.IO.Hashing;

namespace Flyball.Gateway.Limits;

/// <summary>
/// The counts of all limits of a gateway, by a hash of limit and key. The hash has a seed that no client knows, so that
/// nobody can choose keys that share a count. Bounded: each limit has a part of the counts for itself, and more while
/// half of them are free; its further keys share one. Any thread.
/// </summary>
internal sealed class LimitTable
{
    /// <summary>A limit has one of so many parts for itself.</summary>
    private const int Parts = 8;

    /// <summary>The least time between two looks for counts that need not be kept.</summary>
    private const long SweepNs = 1_000_000_000;

    private readonly LimitOptions options;
    private readonly TimeProvider time;
    private readonly Action? refused;
    private readonly ConcurrentQueue<LimitBucket> unreported = new();
    private readonly long begun;
    private volatile Counts counts;
    private long sweptAt = long.MinValue;
    private int waiting;
    private volatile bool shares;

    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seed">For the hash; the same on gateways that share.</param>
    /// <param name="refused">Called when a key has to share a count because all are in use.</param>
    public LimitTable(LimitOptions options, TimeProvider time, long seed, Action? refused = null)
    {
        this.options = options;
        this.time = time;
        begun = time.GetTimestamp();
        this.refused = refused;
        counts = new Counts(seed);
    }

    /// <summary>Keys that have a count of their own.</summary>
    public int Count => counts.Buckets.Count;

    /// <summary>What passes here is told to others.</summary>
    public bool IsShared => shares;

    /// <summary>Called when a key has something to tell others that it had not before.</summary>
    public Action? Used { get; set; }

    /// <summary>The seed that gateways share; another one than before begins all counts anew.</summary>
    public void Share(long seed)
    {
        if (counts.Seed != seed) counts = new Counts(seed);
        shares = true;
    }

    /// <summary>Nobody is there to be told.</summary>
    public void StopSharing()
    {
        shares = false;
        while (unreported.TryDequeue(out LimitBucket? bucket)) bucket.Report();
        Volatile.Write(ref waiting, 0);
    }

    /// <param name="limit">The limit's own bytes: route, place in it, rate.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="rate">The limit's rate.</param>
    public LimitVerdict Take(ReadOnlySpan<byte> limit, ReadOnlySpan<byte> key, LimitRate rate)
    {
        long now = Now();
        Counts all = counts;
        LimitBucket bucket = Find(all, limit, key, rate, now);
        LimitVerdict verdict = bucket.Take(now, shares, out bool first);
        if (first) Remember(bucket);
        return verdict;
    }

    /// <summary>What passed here since the last call, as many keys as one message may have.</summary>
    public List<LimitUse> Uses()
    {
        var uses = new List<LimitUse>();
        while (uses.Count < options.SharedKeysMax && unreported.TryDequeue(out LimitBucket? bucket))
        {
            Interlocked.Decrement(ref waiting);
            long count = bucket.Report();
            if (count > 0) uses.Add(new LimitUse(bucket.Key, bucket.Rate, count));
        }

        return uses;
    }

    /// <summary>What passed at another gateway.</summary>
    public void Debit(LimitUse use)
    {
        long now = Now();
        Counts all = counts;
        if (use.Rate.IntervalNs < LimitRate.IntervalNsMin || use.Rate.Burst < 1 || use.Count < 1) return;
        if (!all.Buckets.TryGetValue(use.Key, out LimitBucket? bucket))
        {
            if (!TryReserve(all, all.Elsewhere)) return;
            // It counts before it is found: a request that comes meanwhile must not have all of the burst.
            var fresh = new LimitBucket(use.Key, use.Rate, all.Elsewhere);
            fresh.Debit(now, use.Count);
            bucket = all.Buckets.GetOrAdd(use.Key, fresh);
            if (bucket == fresh) return;
            all.Release(all.Elsewhere);
        }

        bucket.Debit(now, use.Count);
    }

    private LimitBucket Find(
        Counts all, ReadOnlySpan<byte> limit, ReadOnlySpan<byte> key, LimitRate rate, long now)
    {
        UInt128 hash = Hash(all.Seed, limit, key);
        if (all.Buckets.TryGetValue(hash, out LimitBucket? bucket)) return bucket;
        UInt128 own = Hash(all.Seed, limit, default);
        LimitQuota quota = all.Quotas.GetOrAdd(own, static _ => new LimitQuota());
        if (!TryReserve(all, quota))
        {
            Sweep(all, now);
            if (!TryReserve(all, quota))
            {
                refused?.Invoke();
                return quota.Overflow(own, rate);
            }
        }

        var fresh = new LimitBucket(hash, rate, quota);
        bucket = all.Buckets.GetOrAdd(hash, fresh);
        if (bucket != fresh) all.Release(quota);
        return bucket;
    }

    /// <summary>One limit with very many keys must leave counts to the others.</summary>
    private bool TryReserve(Counts all, LimitQuota quota)
    {
        int most = options.KeysMax;
        (int total, int own) = all.Reserve(quota);
        if (total <= most && (own <= Math.Max(1, most / Parts) || total <= most / 2)) return true;
        all.Release(quota);
        return false;
    }

    private void Remember(LimitBucket bucket)
    {
        // A server that takes no reports for long must not make this grow: what is left out is not shared.
        if (Interlocked.Increment(ref waiting) <= options.KeysMax)
        {
            unreported.Enqueue(bucket);
            Used?.Invoke();
        }
        else
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Lets go of counts that are as good as new; one thread at a time, and not at every request.</summary>
    private void Sweep(Counts all, long now)
    {
        long last = Volatile.Read(ref sweptAt);
        if (last != long.MinValue && now - last < SweepNs) return;
        if (Interlocked.CompareExchange(ref sweptAt, now, last) != last) return;
        foreach ((UInt128 key, LimitBucket bucket) in all.Buckets)
        {
            if (bucket.IsFull(now) && all.Buckets.TryRemove(key, out LimitBucket? gone)) all.Release(gone.Quota);
        }
    }

    private static UInt128 Hash(long seed, ReadOnlySpan<byte> limit, ReadOnlySpan<byte> key)
    {
        const int StackBytesMax = 512;
        int length = limit.Length + key.Length;
        if (length <= StackBytesMax)
        {
            Span<byte> both = stackalloc byte[StackBytesMax];
            limit.CopyTo(both);
            key.CopyTo(both[limit.Length..]);
            return XxHash128.HashToUInt128(both[..length], seed);
        }

        var hash = new XxHash128(seed);
        hash.Append(limit);
        hash.Append(key);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>From the table's own beginning: what counts from elsewhere may not leave room to add to.</summary>
    private long Now() => time.GetElapsedTime(begun).Ticks * 100;

    private sealed class Counts(long seed)
    {
        private int size;

        public long Seed => seed;

        public ConcurrentDictionary<UInt128, LimitBucket> Buckets { get; } = new();

        /// <summary>Of each limit that has counted here.</summary>
        public ConcurrentDictionary<UInt128, LimitQuota> Quotas { get; } = new();

        /// <summary>Of keys that only other gateways have counted: they do not tell of which limit.</summary>
        public LimitQuota Elsewhere { get; } = new();

        /// <summary>How many counts there are then, and how many of them are the quota's.</summary>
        public (int Total, int Own) Reserve(LimitQuota quota) => (Interlocked.Increment(ref size), quota.Add(1));

        public void Release(LimitQuota quota)
        {
            quota.Add(-1);
            Interlocked.Decrement(ref size);
        }
    }
}
