using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// Rates of <c>anchored</c> and <c>smoothed</c> ranges: between the values at the bounds, no extrapolation.
/// </summary>
internal static class ExtendedRates
{
    public static bool Evaluate(in RangeWindow window, bool isCounter, bool isRate, out Sample result)
    {
        result = default;
        ReadOnlySpan<long> times = window.Times;
        ReadOnlySpan<double> values = window.Values;
        bool isSmoothed = window.Call.IsSmoothed;
        if (ExtendedBounds.Find(times, window.StartMs, window.EndMs, isSmoothed) is not { } bounds) return false;
        double left = Left(times, values, bounds, window.StartMs, isSmoothed, isCounter);
        double right = Right(times, values, bounds, window.EndMs, isSmoothed, isCounter);
        double change = right - left;
        if (isCounter)
        {
            int first = times[bounds.First] <= window.StartMs ? bounds.First + 1 : bounds.First;
            int last = times[bounds.Last] >= window.EndMs ? bounds.Last - 1 : bounds.Last;
            change += Lost(left, right, first <= last ? values[first..(last + 1)] : []);
        }

        result = new Sample(isRate ? change / window.Call.WidthSeconds : change);
        return true;
    }

    /// <summary>The samples of an extended range as a raw range vector: with values at both bounds.</summary>
    public static (long[] Times, double[] Values) Extend(
        ReadOnlySpan<long> times, ReadOnlySpan<double> values, long startMs, long endMs, bool isSmoothed)
    {
        int last = times.Length - 1;
        int first = Math.Max(0, IndexRange.FirstAfter(times[..last], startMs) - 1);
        if (isSmoothed) last = IndexRange.FirstNotBefore(times[..last], endMs);
        if (times[last] <= startMs) return ([], []);
        var bounds = new ExtendedBounds(first, last);
        double left = Left(times, values, bounds, startMs, isSmoothed, isCounter: false);
        double right = Right(times, values, bounds, endMs, isSmoothed, isCounter: false);
        if (times[first] <= startMs) first++;
        if (times[last] >= endMs) last--;
        ReadOnlySpan<long> innerTimes = first <= last ? times[first..(last + 1)] : [];
        ReadOnlySpan<double> innerValues = first <= last ? values[first..(last + 1)] : [];
        return ([startMs, .. innerTimes, endMs], [left, .. innerValues, right]);
    }

    private static double Left(
        ReadOnlySpan<long> times, ReadOnlySpan<double> values, ExtendedBounds bounds, long startMs, bool isSmoothed,
        bool isCounter)
    {
        int first = bounds.First;
        if (!bounds.InterpolatesStart(times, startMs, isSmoothed)) return values[first];
        return Interpolation.Between(
            times[first], values[first], times[first + 1], values[first + 1], startMs, isCounter);
    }

    private static double Right(
        ReadOnlySpan<long> times, ReadOnlySpan<double> values, ExtendedBounds bounds, long endMs, bool isSmoothed,
        bool isCounter)
    {
        int last = bounds.Last;
        if (!bounds.InterpolatesEnd(times, endMs, isSmoothed)) return values[last];
        return Interpolation.Between(times[last - 1], values[last - 1], times[last], values[last], endMs, isCounter);
    }

    private static double Lost(double left, double right, ReadOnlySpan<double> between)
    {
        double lost = 0, previous = left;
        foreach (double value in between)
        {
            if (value < previous) lost += previous;
            previous = value;
        }

        return right < previous ? lost + previous : lost;
    }
}
