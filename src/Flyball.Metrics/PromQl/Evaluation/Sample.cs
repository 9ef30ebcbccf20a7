using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>One value of a series at a step: a histogram when there is one, else a float.</summary>
internal readonly record struct Sample(double Value, NativeHistogram? Histogram = null);
