using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>A histogram at a time; the start is 0 when unknown.</summary>
internal readonly record struct TimedHistogram(long TimestampMs, long StartMs, NativeHistogram Histogram);
