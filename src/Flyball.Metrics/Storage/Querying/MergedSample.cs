using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>A sample of chunks that overlap, with the rank of its chunk.</summary>
internal readonly record struct MergedSample(
    long TimestampMs, long Rank, double Value, long StartMs, NativeHistogram? Histogram)
    : IComparable<MergedSample>
{
    public int CompareTo(MergedSample other)
    {
        int order = TimestampMs.CompareTo(other.TimestampMs);
        return order != 0 ? order : Rank.CompareTo(other.Rank);
    }
}
