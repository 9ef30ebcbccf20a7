using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// <c>rate</c>, <c>increase</c> and <c>delta</c>: the difference of the last and first sample, counter resets added
/// back, extrapolated to the range's bounds as far as the samples' spacing allows.
/// </summary>
internal static class RateKernels
{
    /// <summary>A gap to the bound of up to this many average spacings is taken to be covered.</summary>
    private const double ExtrapolationThreshold = 1.1;

    public static bool Rate(in RangeWindow window, out Sample result) =>
        Evaluate(in window, isCounter: true, isRate: true, out result);

    public static bool Increase(in RangeWindow window, out Sample result) =>
        Evaluate(in window, isCounter: true, isRate: false, out result);

    public static bool Delta(in RangeWindow window, out Sample result) =>
        Evaluate(in window, isCounter: false, isRate: false, out result);

    private static bool Evaluate(in RangeWindow window, bool isCounter, bool isRate, out Sample result)
    {
        result = default;
        if (window.IsMixed)
        {
            window.Call.Annotate(Notes.MixedFloatsAndHistograms(window.Call.MetricName, window.Call.Range));
            return false;
        }

        if (window.Call.IsAnchored || window.Call.IsSmoothed)
        {
            return window.Histograms.IsEmpty
                ? ExtendedRates.Evaluate(in window, isCounter, isRate, out result)
                : ExtendedHistogramRates.Evaluate(in window, isCounter, isRate, out result);
        }

        return window.Histograms.IsEmpty
            ? EvaluateFloats(in window, isCounter, isRate, out result)
            : EvaluateHistograms(in window, isCounter, isRate, out result);
    }

    private static bool EvaluateFloats(in RangeWindow window, bool isCounter, bool isRate, out Sample result)
    {
        result = default;
        ReadOnlySpan<double> values = window.Values;
        double change = values[^1] - values[0];
        if (isCounter)
        {
            change = WithResets(in window, change);
            NoteOverlaps(in window, window.Times, window.Starts);
        }

        ReadOnlySpan<long> starts = isCounter ? window.Starts : [];
        var span = new SampleSpan(window.Times, window.StartMs, window.EndMs);
        if (span.StartsWithin(starts))
        {
            change += values[0];
            span.BeginAt(starts[0]);
        }
        else if (values.Length == 1)
        {
            return false;
        }
        else
        {
            double toZero = isCounter && change > 0 && values[0] >= 0
                ? span.Seconds * (values[0] / change)
                : double.PositiveInfinity;
            span.LimitStart(toZero, ExtrapolationThreshold);
        }

        result = new Sample(change * span.Factor(isRate ? window.Call.WidthSeconds : 1, ExtrapolationThreshold));
        return true;
    }

    /// <summary>The change with the value before each reset added, in the order of the samples.</summary>
    private static double WithResets(in RangeWindow window, double change)
    {
        ReadOnlySpan<int> resets = window.Buffer.Resets();
        ReadOnlySpan<double> values = window.Buffer.Values;
        foreach (int index in resets)
        {
            if (index <= window.Floats.From) continue;
            if (index >= window.Floats.To) break;
            change += values[index - 1];
        }

        return change;
    }

    private static bool EvaluateHistograms(in RangeWindow window, bool isCounter, bool isRate, out Sample result)
    {
        result = default;
        ReadOnlySpan<NativeHistogram> histograms = window.HistogramValues;
        NativeHistogram? change = null;
        if (histograms.Length > 1)
        {
            change = HistogramRates.Change(in window, isCounter);
            if (change is null) return false;
        }

        ReadOnlySpan<long> starts = isCounter ? window.HistogramStarts : [];
        var span = new SampleSpan(window.HistogramTimes, window.StartMs, window.EndMs);
        if (span.StartsWithin(starts))
        {
            change = change is null ? histograms[0] : window.Call.Noting.TryAdd(change, histograms[0]);
            if (change is null) return false;
            span.BeginAt(starts[0]);
        }
        else if (change is null)
        {
            return false;
        }
        else
        {
            double toZero = isCounter && change.Count > 0 && histograms[0].Count >= 0
                ? span.Seconds * (histograms[0].Count / change.Count)
                : double.PositiveInfinity;
            span.LimitStart(toZero, ExtrapolationThreshold);
        }

        double factor = span.Factor(isRate ? window.Call.WidthSeconds : 1, ExtrapolationThreshold);
        result = new Sample(0, HistogramArithmetic.Multiply(change, factor));
        return true;
    }

    public static void NoteOverlaps(in RangeWindow window, ReadOnlySpan<long> times, ReadOnlySpan<long> starts)
    {
        for (int i = 1; i < starts.Length; i++)
        {
            if (!CounterStarts.Overlaps(starts[i - 1], times[i - 1], starts[i])) continue;
            window.Call.Annotate(new StartOverlap(window.Call.MetricName, window.Call.Range));
            return;
        }
    }
}
