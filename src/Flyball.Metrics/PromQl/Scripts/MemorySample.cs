using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// A float or a histogram with its time and its counter's start (0 for unknown), in Unix milliseconds.
/// </summary>
internal readonly record struct MemorySample(
    long TimestampMs, double Value, NativeHistogram? Histogram, long StartTimestampMs);
