namespace Flyball.Metrics.Querying;

/// <summary>
/// A view of stored series for one query: opened from an <see cref="ISeriesStore"/>, read by one thread at a time, and
/// disposed when the answer is complete; until then nothing that it gave out goes away.
/// </summary>
internal interface ISeriesSource : IDisposable
{
    /// <summary>
    /// The series whose labels match all matchers and that may have samples in the range; each label set once, in an
    /// order that is the same for the same data. A matcher that accepts the empty string also accepts absence.
    /// </summary>
    /// <exception cref="OperationCanceledException">The query was cancelled or timed out.</exception>
    IReadOnlyList<ISeries> Select(SeriesQuery query, CancellationToken cancellation = default);

    /// <summary>Label names of the series that match and may have samples in the range, in byte order.</summary>
    IReadOnlyList<string> LabelNames(SeriesQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// Values of a label over the series that match and may have samples in the range, in byte order.
    /// </summary>
    IReadOnlyList<string> LabelValues(string name, SeriesQuery query, CancellationToken cancellation = default);
}
