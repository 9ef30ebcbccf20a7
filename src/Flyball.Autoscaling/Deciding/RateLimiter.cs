using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// Kubernetes' scaling policies: how far replicas may move within a period, counted from where they were at its
/// beginning.
/// </summary>
internal sealed class RateLimiter(ScaleBehaviour up, ScaleBehaviour down)
{
    private readonly Queue<(long AtUnixMs, int Change)> changes = new();
    private readonly long longestMs = (long)up.Limits.Concat(down.Limits)
        .Select(limit => limit.Period.TotalMilliseconds).DefaultIfEmpty(0).Max();

    /// <summary>The nearest to <paramref name="desired"/> that the limits allow.</summary>
    public int Limit(int current, int desired, long nowUnixMs)
    {
        while (changes.TryPeek(out var oldest) && oldest.AtUnixMs <= nowUnixMs - longestMs) changes.Dequeue();
        if (desired > current) return Math.Min(desired, Math.Max(current, Highest(current, nowUnixMs)));
        return desired < current ? Math.Max(desired, Math.Min(current, Lowest(current, nowUnixMs))) : current;
    }

    /// <summary>Counts a change that was made.</summary>
    public void Record(int change, long nowUnixMs)
    {
        if (change != 0) changes.Enqueue((nowUnixMs, change));
    }

    private int Highest(int current, long nowUnixMs)
    {
        if (up.Select == ScaleChoice.None) return current;
        int? chosen = null;
        foreach (var limit in up.Limits)
        {
            int begin = Begin(current, limit, nowUnixMs);
            int reach = limit.Replicas is { } replicas
                ? begin + replicas
                // A share of nothing would be nothing for ever.
                : (int)Math.Ceiling(Math.Max(1, begin) * (1 + limit.Percent!.Value) - 1e-9);
            chosen = chosen is not { } other ? reach
                : up.Select == ScaleChoice.Max ? Math.Max(other, reach) : Math.Min(other, reach);
        }
        return chosen ?? int.MaxValue;
    }

    private int Lowest(int current, long nowUnixMs)
    {
        if (down.Select == ScaleChoice.None) return current;
        int? chosen = null;
        foreach (var limit in down.Limits)
        {
            int begin = Begin(current, limit, nowUnixMs);
            int reach = limit.Replicas is { } replicas
                ? begin - replicas
                : (int)Math.Floor(begin * (1 - limit.Percent!.Value) + 1e-9);
            chosen = chosen is not { } other ? reach
                : down.Select == ScaleChoice.Max ? Math.Min(other, reach) : Math.Max(other, reach);
        }
        return Math.Max(0, chosen ?? 0);
    }

    // Where the replicas stood when the period began.
    private int Begin(int current, ScaleLimit limit, long nowUnixMs)
    {
        long since = nowUnixMs - (long)limit.Period.TotalMilliseconds;
        int moved = 0;
        foreach (var (at, change) in changes)
            if (at > since) moved += change;
        return current - moved;
    }
}
