using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The simple <c>..._over_time</c> functions.</summary>
internal static class OverTimeKernels
{
    public static bool Count(in RangeWindow window, out Sample result)
    {
        result = new Sample(window.Count);
        return true;
    }

    public static bool Present(in RangeWindow window, out Sample result)
    {
        result = new Sample(1);
        return true;
    }

    public static bool First(in RangeWindow window, out Sample result)
    {
        bool isFloat = window.Histograms.IsEmpty
            || (!window.Floats.IsEmpty && window.Times[0] < window.HistogramTimes[0]);
        result = isFloat ? new Sample(window.Values[0]) : new Sample(0, window.HistogramValues[0]);
        return true;
    }

    public static bool Last(in RangeWindow window, out Sample result)
    {
        bool isFloat = window.Histograms.IsEmpty
            || (!window.Floats.IsEmpty && window.HistogramTimes[^1] < window.Times[^1]);
        result = isFloat ? new Sample(window.Values[^1]) : new Sample(0, window.HistogramValues[^1]);
        return true;
    }

    public static bool TimeOfFirst(in RangeWindow window, out Sample result)
    {
        long first = long.MaxValue;
        if (!window.Floats.IsEmpty) first = window.Times[0];
        if (!window.Histograms.IsEmpty) first = Math.Min(first, window.HistogramTimes[0]);
        result = new Sample(first / 1000.0);
        return true;
    }

    public static bool TimeOfLast(in RangeWindow window, out Sample result)
    {
        long last = 0;
        if (!window.Floats.IsEmpty) last = Math.Max(last, window.Times[^1]);
        if (!window.Histograms.IsEmpty) last = Math.Max(last, window.HistogramTimes[^1]);
        result = new Sample(last / 1000.0);
        return true;
    }

    public static bool Max(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        double max = window.Values[0];
        foreach (double value in window.Values)
        {
            if (value > max || double.IsNaN(max)) max = value;
        }

        result = new Sample(max);
        return true;
    }

    public static bool Min(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        double min = window.Values[0];
        foreach (double value in window.Values)
        {
            if (value < min || double.IsNaN(min)) min = value;
        }

        result = new Sample(min);
        return true;
    }

    public static bool TimeOfMax(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        ReadOnlySpan<double> values = window.Values;
        int best = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] >= values[best] || double.IsNaN(values[best])) best = i;
        }

        result = new Sample(window.Times[best] / 1000.0);
        return true;
    }

    public static bool TimeOfMin(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        ReadOnlySpan<double> values = window.Values;
        int best = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] <= values[best] || double.IsNaN(values[best])) best = i;
        }

        result = new Sample(window.Times[best] / 1000.0);
        return true;
    }

    public static bool Variance(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        result = new Sample(VarianceOf(window.Values));
        return true;
    }

    public static bool Deviation(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        result = new Sample(Math.Sqrt(VarianceOf(window.Values)));
        return true;
    }

    public static bool Quantile(in RangeWindow window, out Sample result)
    {
        result = default;
        if (window.Floats.IsEmpty) return false;
        double quantile = window.Parameter(0);
        if (double.IsNaN(quantile) || quantile is < 0 or > 1)
            window.Call.Annotate(Notes.InvalidQuantile(quantile, window.Call.Range));
        if (!TakesFloats(in window, out _)) return false;
        result = new Sample(Quantiles.Of(quantile, window.Call.Copy(window.Values)));
        return true;
    }

    /// <summary>The median of the absolute distances from the median.</summary>
    public static bool MedianDeviation(in RangeWindow window, out Sample result)
    {
        if (!TakesFloats(in window, out result)) return false;
        foreach (double value in window.Values)
        {
            if (!double.IsNaN(value)) continue;
            result = new Sample(SpecialValues.NormalNaN);
            return true;
        }

        Span<double> values = window.Call.Copy(window.Values);
        double median = Quantiles.Of(0.5, values);
        foreach (ref double value in values) value = Math.Abs(value - median);
        result = new Sample(Quantiles.Of(0.5, values));
        return true;
    }

    /// <summary>Whether there are floats; histograms beside them are ignored with a note.</summary>
    public static bool TakesFloats(in RangeWindow window, out Sample none)
    {
        none = default;
        if (window.Floats.IsEmpty) return false;
        if (!window.Histograms.IsEmpty) NoteIgnored(in window);
        return true;
    }

    public static void NoteIgnored(in RangeWindow window) =>
        window.Call.Annotate(Notes.HistogramsIgnoredInRange(window.Call.MetricName, window.Call.Range));

    /// <summary>Welford's recurrence with compensated sums.</summary>
    private static double VarianceOf(ReadOnlySpan<double> values)
    {
        double count = 0;
        var mean = default(CompensatedSum);
        var squares = default(CompensatedSum);
        foreach (double value in values)
        {
            count++;
            double delta = value - mean.Total;
            mean.Add(delta / count);
            squares.Add(delta * (value - mean.Total));
        }

        return squares.Total / count;
    }
}
