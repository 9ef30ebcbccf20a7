using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary><c>irate</c> and <c>idelta</c>: from the last two samples of a range.</summary>
internal static class InstantRates
{
    public static bool Rate(in RangeWindow window, out Sample result) => Evaluate(in window, isRate: true, out result);

    public static bool Delta(in RangeWindow window, out Sample result) =>
        Evaluate(in window, isRate: false, out result);

    private static bool Evaluate(in RangeWindow window, bool isRate, out Sample result)
    {
        result = default;
        if (window.Count < 2) return false;
        (Point previous, Point current) = LastTwo(in window);
        if (current.Time == previous.Time) return false;
        double seconds = isRate ? (current.Time - previous.Time) / 1000.0 : 1;
        bool isStart = isRate
            && CounterStarts.IsReset(previous.Start, previous.Time, current.Start, current.Time);
        if (current.Histogram is null && previous.Histogram is null)
        {
            bool isReset = isRate && (isStart || current.Value < previous.Value);
            result = new Sample((isReset ? current.Value : current.Value - previous.Value) / seconds);
            return true;
        }

        RangeCall call = window.Call;
        if (current.Histogram is null || previous.Histogram is null)
        {
            call.Annotate(Notes.MixedFloatsAndHistograms(call.MetricName, call.Range));
            return false;
        }

        NativeHistogram? change = Change(call, previous.Histogram, current.Histogram, isRate, isStart);
        if (change is null) return false;
        result = new Sample(0, isRate ? HistogramArithmetic.Divide(change, seconds) : change);
        return true;
    }

    private static NativeHistogram? Change(
        RangeCall call, NativeHistogram previous, NativeHistogram current, bool isRate, bool isStart)
    {
        bool anyGauge = current.ResetHint == CounterResetHint.Gauge || previous.ResetHint == CounterResetHint.Gauge;
        bool allGauge = current.ResetHint == CounterResetHint.Gauge && previous.ResetHint == CounterResetHint.Gauge;
        if (isRate && anyGauge) call.Annotate(Notes.NotACounter(call.MetricName, call.Range));
        if (!isRate && !allGauge) call.Annotate(Notes.NotAGauge(call.MetricName, call.Range));
        bool isReset = isRate && (isStart || HistogramResets.IsReset(current, previous));
        NativeHistogram? change = isReset ? current : call.Noting.TrySubtract(current, previous);
        return change is null
            ? null
            : HistogramArithmetic.Compact(HistogramArithmetic.WithHint(change, CounterResetHint.Gauge));
    }

    private static (Point Previous, Point Current) LastTwo(in RangeWindow window)
    {
        var last = new List<Point>(4);
        for (int i = Math.Max(0, window.Floats.Count - 2); i < window.Floats.Count; i++)
        {
            long start = window.Starts.Length > 0 ? window.Starts[i] : 0;
            last.Add(new Point(window.Times[i], start, window.Values[i], null));
        }

        for (int i = Math.Max(0, window.Histograms.Count - 2); i < window.Histograms.Count; i++)
        {
            long start = window.HistogramStarts.Length > 0 ? window.HistogramStarts[i] : 0;
            last.Add(new Point(window.HistogramTimes[i], start, 0, window.HistogramValues[i]));
        }

        last.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        return (last[^2], last[^1]);
    }

    private readonly record struct Point(long Time, long Start, double Value, NativeHistogram? Histogram);
}
