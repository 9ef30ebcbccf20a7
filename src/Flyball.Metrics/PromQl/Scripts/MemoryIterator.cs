using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Walks an array of samples.</summary>
internal sealed class MemoryIterator(MemorySample[] samples) : ISampleIterator
{
    private int at = -1;

    public long TimestampMs => samples[at].TimestampMs;

    public double Value => samples[at].Value;

    public NativeHistogram Histogram => samples[at].Histogram!;

    public long StartTimestampMs => samples[at].StartTimestampMs;

    public SampleKind Next()
    {
        if (at < samples.Length) at++;
        return Kind;
    }

    public SampleKind Seek(long timestampMs)
    {
        if (at < 0) at = 0;
        while (at < samples.Length && samples[at].TimestampMs < timestampMs) at++;
        return Kind;
    }

    public int ReadFloats(Span<long> timestampsMs, Span<double> values, Span<long> startTimestampsMs)
    {
        int count = 0;
        while (count < timestampsMs.Length && at + 1 < samples.Length && samples[at + 1].Histogram is null)
        {
            at++;
            timestampsMs[count] = samples[at].TimestampMs;
            values[count] = samples[at].Value;
            if (startTimestampsMs.Length > 0) startTimestampsMs[count] = samples[at].StartTimestampMs;
            count++;
        }

        return count;
    }

    private SampleKind Kind =>
        at >= samples.Length ? SampleKind.None
        : samples[at].Histogram is null ? SampleKind.Float
        : SampleKind.Histogram;
}
