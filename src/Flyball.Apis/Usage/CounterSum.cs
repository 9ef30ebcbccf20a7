using Flyball.Contracts.Metrics;

namespace Flyball.Apis.Usage;

/// <summary>
/// How much a counter grew, from its values step by step. Unlike PromQL's <c>increase</c> it guesses nothing at the
/// ends, and what a counter shows when it first appears counts: a consumer with one request used something.
/// </summary>
internal static class CounterSum
{
    public static double Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        double? last = MetricMatrix.IsAbsent(values[0]) ? null : values[0];
        for (int i = 1; i < values.Length; i++)
        {
            double value = values[i];
            if (MetricMatrix.IsAbsent(value)) continue;
            // A lower value is a gateway that has begun again at 0.
            sum += last is { } before && value >= before ? value - before : value;
            last = value;
        }

        return sum;
    }
}
