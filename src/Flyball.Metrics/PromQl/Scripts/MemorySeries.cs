using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>A series of a <see cref="MemoryStore"/>: samples in the order of time.</summary>
internal sealed class MemorySeries(Labels labels)
{
    private readonly List<MemorySample> samples = [];

    public Labels Labels => labels;

    public IReadOnlyList<MemorySample> Samples => samples;

    /// <summary>Adds a sample, in place of one of the same time.</summary>
    public void Add(MemorySample sample)
    {
        int index = samples.Count;
        while (index > 0 && samples[index - 1].TimestampMs >= sample.TimestampMs) index--;
        NativeHistogram? previous = index > 0 ? samples[index - 1].Histogram : null;
        if (sample.Histogram is { } histogram) sample = sample with { Histogram = AsStored(histogram, previous) };
        if (index < samples.Count && samples[index].TimestampMs == sample.TimestampMs) samples[index] = sample;
        else samples.Insert(index, sample);
    }

    /// <summary>
    /// A storage knows more about resets than who writes: a histogram that continues the one before was not reset;
    /// about one that starts over, nothing is known once it is read back.
    /// </summary>
    private static NativeHistogram AsStored(NativeHistogram histogram, NativeHistogram? previous)
    {
        if (histogram.ResetHint == CounterResetHint.Gauge || histogram.IsStale) return histogram;
        bool continues = previous is not null
            && previous.ResetHint != CounterResetHint.Gauge
            && histogram.ResetHint != CounterResetHint.Reset
            && !previous.IsStale
            && histogram.Schema == previous.Schema
            && histogram.ZeroThreshold == previous.ZeroThreshold
            && BucketBounds.AreSame(histogram.CustomBounds, previous.CustomBounds)
            && !HistogramResets.IsReset(
                HistogramArithmetic.WithHint(histogram, CounterResetHint.Unknown), previous);
        return HistogramArithmetic.WithHint(
            histogram, continues ? CounterResetHint.NotReset : CounterResetHint.Unknown);
    }
}
