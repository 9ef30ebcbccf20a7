using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage;

/// <summary>A histogram of a batch; times in Unix milliseconds, the start 0 when unknown.</summary>
internal readonly record struct BatchHistogram(long TimestampMs, long StartMs, NativeHistogram Histogram);
