namespace Flyball.Metrics.Storage;

/// <summary>From and to in Unix milliseconds, both inclusive.</summary>
internal readonly record struct TimeRange(long MinMs, long MaxMs)
{
    public bool Contains(long timestampMs) => timestampMs >= MinMs && timestampMs <= MaxMs;

    public bool Overlaps(long minMs, long maxMs) => minMs <= MaxMs && maxMs >= MinMs;
}
