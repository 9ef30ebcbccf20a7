using Flyball.Metrics.Model;

namespace Flyball.Metrics.Pushgateway;

/// <summary>One pushed sample: its labels in plain form, those of its group among them, and a value.</summary>
internal sealed record PushSample(byte[] Labels, double Value, NativeHistogram? Histogram);
