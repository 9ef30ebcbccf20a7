using Flyball.Metrics.Model;

namespace Flyball.Metrics.Querying;

/// <summary>
/// Walks one series' samples of the query's time range in increasing timestamps. Staleness markers are samples like any
/// other. Not thread-safe.
/// </summary>
/// <remarks>
/// Two ways to read, which may be mixed: one sample at a time through <see cref="Next"/>, or floats in bulk through
/// <see cref="ReadFloats"/>, which is how the engine reads all but histograms: one virtual call for many samples,
/// straight from the chunk decoder into columns. After <see cref="ReadFloats"/> the iterator stands on the last sample
/// that it gave.
/// </remarks>
internal interface ISampleIterator
{
    /// <summary>Of the current sample.</summary>
    long TimestampMs { get; }

    /// <summary>Of the current float.</summary>
    double Value { get; }

    /// <summary>The current histogram; the caller may keep it and must not change it.</summary>
    NativeHistogram Histogram { get; }

    /// <summary>
    /// When the counter behind the current sample started, in Unix milliseconds; 0 when unknown.
    /// </summary>
    long StartTimestampMs { get; }

    /// <summary>Moves to the next sample.</summary>
    SampleKind Next();

    /// <summary>
    /// Moves to the first sample at or after <paramref name="timestampMs"/>; stays where it is when the current sample
    /// is one already.
    /// </summary>
    SampleKind Seek(long timestampMs);

    /// <summary>
    /// Takes the floats that follow, as many as fit, up to the next histogram or the end. 0 means that the next sample
    /// is a histogram or none: <see cref="Next"/> tells which. Fewer than fit means nothing (a chunk may end there).
    /// </summary>
    /// <param name="timestampsMs">Takes the timestamps.</param>
    /// <param name="values">Takes the values; as long as <paramref name="timestampsMs"/>.</param>
    /// <param name="startTimestampsMs">Takes the start timestamps; empty when nobody asks for them.</param>
    int ReadFloats(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs);
}
