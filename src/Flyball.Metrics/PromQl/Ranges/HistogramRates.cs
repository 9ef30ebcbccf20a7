using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Selecting;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The difference of the last and first histogram of a window, with counter resets added back.</summary>
internal static class HistogramRates
{
    /// <summary>Null, with a warning, when the histograms cannot be combined. At least two histograms.</summary>
    public static NativeHistogram? Change(in RangeWindow window, bool isCounter)
    {
        RangeCall call = window.Call;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        NativeHistogram first = points[0], last = points[^1], previous = first;
        bool isGaugeAtEnds = first.ResetHint == CounterResetHint.Gauge || last.ResetHint == CounterResetHint.Gauge;
        if (isCounter && isGaugeAtEnds) call.Annotate(Notes.NotACounter(call.MetricName, call.Range));

        // A reset right after the first sample: that sample says nothing about what followed, not even its layout.
        if (isCounter && IsReset(in window, 1, first))
            previous = new NativeHistogram { Schema = points[1].Schema, CustomBounds = points[1].CustomBounds };
        if (last.UsesCustomBuckets != previous.UsesCustomBuckets || !FitTogether(in window, isCounter, previous))
        {
            call.Noting.MixedSchemas();
            return null;
        }

        int schema = Math.Min(last.Schema, previous.Schema);
        for (int i = 1; isCounter && i < points.Length - 1; i++) schema = Math.Min(schema, points[i].Schema);
        NativeHistogram? change = call.Noting.TrySubtract(HistogramArithmetic.ReduceTo(last, schema), previous);
        if (change is null) return null;
        if (isCounter)
        {
            change = AddResets(in window, change, previous);
            if (change is null) return null;
            RateKernels.NoteOverlaps(in window, window.HistogramTimes, window.HistogramStarts);
        }
        else if (first.ResetHint != CounterResetHint.Gauge || last.ResetHint != CounterResetHint.Gauge)
        {
            call.Annotate(Notes.NotAGauge(call.MetricName, call.Range));
        }

        return HistogramArithmetic.Compact(HistogramArithmetic.WithHint(change, CounterResetHint.Gauge));
    }

    private static bool FitTogether(in RangeWindow window, bool isCounter, NativeHistogram layout)
    {
        if (!isCounter) return true;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        foreach (NativeHistogram point in points[1..^1])
        {
            if (point.ResetHint == CounterResetHint.Gauge)
                window.Call.Annotate(Notes.NotACounter(window.Call.MetricName, window.Call.Range));
            if (point.UsesCustomBuckets != layout.UsesCustomBuckets) return false;
        }

        return true;
    }

    private static NativeHistogram? AddResets(in RangeWindow window, NativeHistogram change, NativeHistogram previous)
    {
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        for (int i = 1; i < points.Length; i++)
        {
            if (IsReset(in window, i, previous))
            {
                NativeHistogram? sum = window.Call.Noting.TryAdd(change, previous);
                if (sum is null) return null;
                change = sum;
            }

            previous = points[i];
        }

        return change;
    }

    private static bool IsReset(in RangeWindow window, int index, NativeHistogram previous)
    {
        ReadOnlySpan<long> starts = window.HistogramStarts;
        ReadOnlySpan<long> times = window.HistogramTimes;
        bool isStart = starts.Length > 0
            && CounterStarts.IsReset(starts[index - 1], times[index - 1], starts[index], times[index]);
        return isStart || HistogramResets.IsReset(window.HistogramValues[index], previous);
    }
}
