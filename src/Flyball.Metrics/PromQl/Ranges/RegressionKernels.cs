using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary><c>deriv</c>, <c>predict_linear</c> and <c>double_exponential_smoothing</c>.</summary>
internal static class RegressionKernels
{
    public static bool Slope(in RangeWindow window, out Sample result)
    {
        if (!HasTwoFloats(in window, out result)) return false;
        result = new Sample(Regress(window.Times, window.Values, window.Times[0]).Slope);
        return true;
    }

    public static bool Predict(in RangeWindow window, out Sample result)
    {
        if (!HasTwoFloats(in window, out result)) return false;
        (double slope, double intercept) = Regress(window.Times, window.Values, window.StepMs);
        result = new Sample((slope * window.Parameter(0)) + intercept);
        return true;
    }

    /// <summary>Holt's linear trend method.</summary>
    public static bool Smooth(in RangeWindow window, out Sample result)
    {
        double smoothing = window.Parameter(0), trendFactor = window.Parameter(1);
        CheckFactor(smoothing, "smoothing");
        CheckFactor(trendFactor, "trend");
        if (!HasTwoFloats(in window, out result)) return false;
        ReadOnlySpan<double> values = window.Values;
        double before = 0, level = values[0], trend = values[1] - values[0];
        for (int i = 1; i < values.Length; i++)
        {
            if (i > 1) trend = (trendFactor * (level - before)) + ((1 - trendFactor) * trend);
            double next = (smoothing * values[i]) + ((1 - smoothing) * (level + trend));
            (before, level) = (level, next);
        }

        result = new Sample(level);
        return true;
    }

    private static bool HasTwoFloats(in RangeWindow window, out Sample none)
    {
        none = default;
        if (window.Floats.Count > 0 && !window.Histograms.IsEmpty) OverTimeKernels.NoteIgnored(in window);
        return window.Floats.Count > 1;
    }

    private static void CheckFactor(double factor, string name)
    {
        if (factor is > 0 and < 1) return;
        string shown = double.IsFinite(factor)
            ? factor.ToString("F6", CultureInfo.InvariantCulture)
            : GoNumber.Short(factor);
        throw new QueryException(
            $"invalid {name} factor. Expected: 0 < {(name == "trend" ? "tf" : "sf")} < 1, got: {shown}");
    }

    private static (double Slope, double Intercept) Regress(
        ReadOnlySpan<long> times, ReadOnlySpan<double> values, long zeroMs)
    {
        var sumX = default(CompensatedSum);
        var sumY = default(CompensatedSum);
        var sumXY = default(CompensatedSum);
        var sumXX = default(CompensatedSum);
        bool isConstant = true;
        for (int i = 0; i < values.Length; i++)
        {
            isConstant &= i == 0 || values[i] == values[0];
            double x = (times[i] - zeroMs) / 1000.0;
            sumX.Add(x);
            sumY.Add(values[i]);
            sumXY.Add(x * values[i]);
            sumXX.Add(x * x);
        }

        if (isConstant)
        {
            // An infinite constant has no slope that could be told.
            return double.IsInfinity(values[0])
                ? (SpecialValues.NormalNaN, SpecialValues.NormalNaN)
                : (0, values[0]);
        }

        double n = values.Length;
        double covariance = sumXY.Total - (sumX.Total * sumY.Total / n);
        double variance = sumXX.Total - (sumX.Total * sumX.Total / n);
        double slope = covariance / variance;
        return (slope, (sumY.Total / n) - (slope * sumX.Total / n));
    }
}
