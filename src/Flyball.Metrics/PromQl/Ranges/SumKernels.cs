using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary><c>sum_over_time</c> and <c>avg_over_time</c>, over floats or histograms but not both.</summary>
internal static class SumKernels
{
    public static bool Sum(in RangeWindow window, out Sample result)
    {
        result = default;
        if (RefusesMixed(in window)) return false;
        if (window.Floats.IsEmpty) return Accumulate(in window, isAverage: false, out result);
        var sum = default(CompensatedSum);
        foreach (double value in window.Values) sum.Add(value);
        result = new Sample(double.IsInfinity(sum.Sum) ? sum.Sum : sum.Total);
        return true;
    }

    public static bool Average(in RangeWindow window, out Sample result)
    {
        result = default;
        if (RefusesMixed(in window)) return false;
        if (window.Floats.IsEmpty) return Accumulate(in window, isAverage: true, out result);
        ReadOnlySpan<double> values = window.Values;
        var average = new FloatAverage(values[0]);
        foreach (double value in values[1..]) average.Add(value);
        result = new Sample(average.Result);
        return true;
    }

    private static bool RefusesMixed(in RangeWindow window)
    {
        if (!window.IsMixed) return false;
        window.Call.Annotate(Notes.MixedFloatsAndHistograms(window.Call.MetricName, window.Call.Range));
        return true;
    }

    private static bool Accumulate(in RangeWindow window, bool isAverage, out Sample result)
    {
        result = default;
        RangeCall call = window.Call;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        var accumulator = new HistogramAccumulator(points[0], isAverage);
        foreach (NativeHistogram point in points[1..])
        {
            if (accumulator.TryAdd(point)) continue;
            call.Noting.MixedSchemas();
            return false;
        }

        accumulator.Note(call.State, call.Range);
        result = new Sample(0, accumulator.Result());
        return true;
    }
}
