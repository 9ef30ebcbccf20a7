using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>As <see cref="ExtendedRates"/>, for native histograms.</summary>
internal static class ExtendedHistogramRates
{
    public static bool Evaluate(in RangeWindow window, bool isCounter, bool isRate, out Sample result)
    {
        result = default;
        RangeCall call = window.Call;
        ReadOnlySpan<long> times = window.HistogramTimes;
        if (ExtendedBounds.Find(times, window.StartMs, window.EndMs, call.IsSmoothed) is not { } bounds) return false;
        if (!FitTogether(in window, bounds, isCounter)) return false;
        NativeHistogram? left = Left(in window, bounds, isCounter);
        NativeHistogram? right = left is null ? null : Right(in window, bounds, isCounter);
        if (left is null || right is null) return false;
        bool isGauge = left.ResetHint == CounterResetHint.Gauge && right.ResetHint == CounterResetHint.Gauge;
        if (!isCounter && !isGauge) call.Annotate(Notes.NotAGauge(call.MetricName, call.Range));
        NativeHistogram? change = call.Noting.TrySubtract(right, left);
        if (change is null) return false;
        if (isCounter)
        {
            if (!TryFindLost(in window, bounds, left, right, out NativeHistogram? lost)) return false;
            if (lost is not null) change = call.Noting.TryAdd(change, lost);
            if (change is null) return false;
        }

        if (isRate) change = HistogramArithmetic.Divide(change, call.WidthSeconds);
        change = HistogramArithmetic.WithHint(change, CounterResetHint.Gauge);
        result = new Sample(0, HistogramArithmetic.Compact(change));
        return true;
    }

    private static bool FitTogether(in RangeWindow window, ExtendedBounds bounds, bool isCounter)
    {
        RangeCall call = window.Call;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues[bounds.First..(bounds.Last + 1)];
        foreach (NativeHistogram point in points)
        {
            if (point.UsesCustomBuckets != points[0].UsesCustomBuckets)
            {
                call.Noting.MixedSchemas();
                return false;
            }

            if (isCounter && point.ResetHint == CounterResetHint.Gauge)
                call.Annotate(Notes.NotACounter(call.MetricName, call.Range));
        }

        return true;
    }

    private static NativeHistogram? Left(in RangeWindow window, ExtendedBounds bounds, bool isCounter)
    {
        ReadOnlySpan<long> times = window.HistogramTimes;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        int first = bounds.First;
        if (!bounds.InterpolatesStart(times, window.StartMs, window.Call.IsSmoothed)) return points[first];
        return Interpolation.Between(
            times[first], points[first], times[first + 1], points[first + 1], window.StartMs, isCounter,
            window.Call.Noting);
    }

    private static NativeHistogram? Right(in RangeWindow window, ExtendedBounds bounds, bool isCounter)
    {
        ReadOnlySpan<long> times = window.HistogramTimes;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        int last = bounds.Last;
        if (!bounds.InterpolatesEnd(times, window.EndMs, window.Call.IsSmoothed)) return points[last];
        return Interpolation.Between(
            times[last - 1], points[last - 1], times[last], points[last], window.EndMs, isCounter,
            window.Call.Noting);
    }

    private static bool TryFindLost(
        in RangeWindow window, ExtendedBounds bounds, NativeHistogram left, NativeHistogram right,
        out NativeHistogram? lost)
    {
        lost = null;
        ReadOnlySpan<NativeHistogram> points = window.HistogramValues;
        NativeHistogram previous = left;
        int first = bounds.First + 1;

        // Interpolation already rose from zero over a reset between the first two samples.
        if (bounds.InterpolatesStart(window.HistogramTimes, window.StartMs, window.Call.IsSmoothed)
            && HistogramResets.IsReset(points[first], points[bounds.First]))
        {
            previous = points[first];
            first++;
        }

        if (first > bounds.Last) return true;
        for (int i = first; i < bounds.Last; i++)
        {
            if (!TryAddReset(window.Call, points[i], previous, ref lost)) return false;
            previous = points[i];
        }

        return TryAddReset(window.Call, right, previous, ref lost);
    }

    private static bool TryAddReset(
        RangeCall call, NativeHistogram current, NativeHistogram previous, ref NativeHistogram? lost)
    {
        if (!HistogramResets.IsReset(current, previous)) return true;
        lost = lost is null ? previous : call.Noting.TryAdd(lost, previous);
        return lost is not null;
    }
}
