using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary><c>changes</c> and <c>resets</c>: count how often neighbouring samples differ or fall.</summary>
internal static class ChangeKernels
{
    public static bool Changes(in RangeWindow window, out Sample result) =>
        Count(in window, countsResets: false, out result);

    public static bool Resets(in RangeWindow window, out Sample result) =>
        Count(in window, countsResets: true, out result);

    private static bool Count(in RangeWindow window, bool countsResets, out Sample result)
    {
        result = default;
        if (!TryFindFirst(in window, out int floatAt, out int histogramAt)) return false;
        int count = 0;
        Point? previous = null;
        while (floatAt < window.Floats.Count || histogramAt < window.Histograms.Count)
        {
            bool isFloat = histogramAt >= window.Histograms.Count
                || (floatAt < window.Floats.Count && window.Times[floatAt] < window.HistogramTimes[histogramAt]);
            Point current = isFloat ? FloatAt(in window, floatAt++) : HistogramAt(in window, histogramAt++);
            if (previous is { } before && (countsResets ? IsReset(before, current) : Differ(before, current))) count++;
            previous = current;
        }

        result = new Sample(count);
        return true;
    }

    /// <summary>An anchored range also sees the last sample at or before its start.</summary>
    private static bool TryFindFirst(in RangeWindow window, out int firstFloat, out int firstHistogram)
    {
        (firstFloat, firstHistogram) = (0, 0);
        if (!window.Call.IsAnchored) return true;
        int floatBefore = IndexRange.FirstAfter(window.Times, window.StartMs) - 1;
        int histogramBefore = IndexRange.FirstAfter(window.HistogramTimes, window.StartMs) - 1;
        bool nothingInRange =
            floatBefore + 1 >= window.Floats.Count && histogramBefore + 1 >= window.Histograms.Count;
        if (nothingInRange) return false;
        if (floatBefore < 0 && histogramBefore < 0) return true;
        bool floatIsLater = histogramBefore < 0
            || (floatBefore >= 0 && window.Times[floatBefore] >= window.HistogramTimes[histogramBefore]);
        (firstFloat, firstHistogram) = floatIsLater
            ? (floatBefore, histogramBefore + 1)
            : (floatBefore + 1, histogramBefore);
        return true;
    }

    private static bool Differ(Point previous, Point current)
    {
        if (previous.Histogram is not null && current.Histogram is not null)
            return !HistogramEquality.AreEqual(current.Histogram, previous.Histogram);
        if (previous.Histogram is not null || current.Histogram is not null) return true;
        return current.Value != previous.Value && !(double.IsNaN(current.Value) && double.IsNaN(previous.Value));
    }

    private static bool IsReset(Point previous, Point current)
    {
        if (previous.Histogram is null != current.Histogram is null) return true;
        if (CounterStarts.IsReset(previous.Start, previous.Time, current.Start, current.Time)) return true;
        return current.Histogram is null
            ? current.Value < previous.Value
            : HistogramResets.IsReset(current.Histogram, previous.Histogram!);
    }

    private static Point FloatAt(in RangeWindow window, int index) => new(
        window.Times[index], window.Starts.Length > 0 ? window.Starts[index] : 0, window.Values[index], null);

    private static Point HistogramAt(in RangeWindow window, int index) => new(
        window.HistogramTimes[index],
        window.HistogramStarts.Length > 0 ? window.HistogramStarts[index] : 0,
        0,
        window.HistogramValues[index]);

    private readonly record struct Point(long Time, long Start, double Value, NativeHistogram? Histogram);
}
