namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>
/// The times that an instant selector looks from: Unix milliseconds, evenly spaced, or all the same (interval 0).
/// </summary>
internal readonly record struct LookupTimes(long FirstMs, long IntervalMs, int Count, long LookbackMs)
{
    public long this[int step] => FirstMs + (step * IntervalMs);
}
