namespace Flyball.Metrics.Querying;

/// <summary>Where series are stored. Thread-safe.</summary>
internal interface ISeriesStore
{
    /// <summary>
    /// Opens a view for one query whose selectors stay within the given times (Unix milliseconds, inclusive).
    /// </summary>
    ISeriesSource Open(long minTimestampMs, long maxTimestampMs);
}
