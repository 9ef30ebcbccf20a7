using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// Computes a range function's value for one window that holds at least one sample; false for no value.
/// </summary>
internal delegate bool RangeKernel(in RangeWindow window, out Sample result);
