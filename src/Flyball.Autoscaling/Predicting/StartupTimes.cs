namespace Flyball.Autoscaling.Predicting;

/// <summary>
/// How long a workload's replicas take from being placed to serving: a high quantile of the last ones, each counted
/// when it is first seen to serve.
/// </summary>
internal sealed class StartupTimes
{
    private const int KeptMax = 20;
    private const double Quantile = 0.8;

    // Longer than this somebody repaired something in between; it says nothing about starting.
    private static readonly TimeSpan LongestPlausible = TimeSpan.FromMinutes(30);

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<double> seconds = new();

    /// <summary>Null before any replica was seen to start.</summary>
    public TimeSpan? Typical
    {
        get
        {
            if (seconds.Count == 0)
                return null;
            double[] sorted = [.. seconds.Order()];
            return TimeSpan.FromSeconds(sorted[(int)Math.Ceiling(Quantile * sorted.Length) - 1]);
        }
    }

    /// <summary>
    /// Takes in a replica that serves. The two times may come from different clocks: a negative span counts as none.
    /// </summary>
    public void Observe(string allocation, long placedUnixMs, long servesSinceUnixMs)
    {
        if (!seen.Add(allocation))
            return;
        var span = TimeSpan.FromMilliseconds(Math.Max(0, servesSinceUnixMs - placedUnixMs));
        if (span > LongestPlausible)
            return;
        seconds.Enqueue(span.TotalSeconds);
        if (seconds.Count > KeptMax)
            seconds.Dequeue();
    }

    /// <summary>Forgets allocations that are no more, so that the memory of them has a bound.</summary>
    public void Keep(IReadOnlyCollection<string> allocations)
    {
        if (seen.Count > 2 * allocations.Count + KeptMax)
            seen.IntersectWith(allocations);
    }
}
