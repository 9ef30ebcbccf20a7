using System.Collections.Frozen;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The functions over range vectors, by name.</summary>
internal static class RangeFunctions
{
    private static readonly FrozenDictionary<string, RangeFunction> ByName = new Dictionary<string, RangeFunction>
    {
        ["rate"] = new(RateKernels.Rate)
        {
            UsesStarts = true, WantsCounter = true, AllowsAnchored = true, AllowsSmoothed = true,
        },
        ["increase"] = new(RateKernels.Increase)
        {
            UsesStarts = true, WantsCounter = true, AllowsAnchored = true, AllowsSmoothed = true,
        },
        ["delta"] = new(RateKernels.Delta) { AllowsAnchored = true, AllowsSmoothed = true },
        ["irate"] = new(InstantRates.Rate) { UsesStarts = true },
        ["idelta"] = new(InstantRates.Delta),
        ["changes"] = new(ChangeKernels.Changes) { AllowsAnchored = true },
        ["resets"] = new(ChangeKernels.Resets) { UsesStarts = true, AllowsAnchored = true },
        ["deriv"] = new(RegressionKernels.Slope),
        ["predict_linear"] = new(RegressionKernels.Predict),
        ["double_exponential_smoothing"] = new(RegressionKernels.Smooth),
        ["sum_over_time"] = new(SumKernels.Sum),
        ["avg_over_time"] = new(SumKernels.Average),
        ["min_over_time"] = new(OverTimeKernels.Min),
        ["max_over_time"] = new(OverTimeKernels.Max),
        ["count_over_time"] = new(OverTimeKernels.Count),
        ["present_over_time"] = new(OverTimeKernels.Present),
        ["absent_over_time"] = new(OverTimeKernels.Present),
        ["first_over_time"] = new(OverTimeKernels.First) { KeepsName = true },
        ["last_over_time"] = new(OverTimeKernels.Last) { KeepsName = true },
        ["quantile_over_time"] = new(OverTimeKernels.Quantile),
        ["mad_over_time"] = new(OverTimeKernels.MedianDeviation),
        ["stddev_over_time"] = new(OverTimeKernels.Deviation),
        ["stdvar_over_time"] = new(OverTimeKernels.Variance),
        ["ts_of_first_over_time"] = new(OverTimeKernels.TimeOfFirst),
        ["ts_of_last_over_time"] = new(OverTimeKernels.TimeOfLast),
        ["ts_of_min_over_time"] = new(OverTimeKernels.TimeOfMin),
        ["ts_of_max_over_time"] = new(OverTimeKernels.TimeOfMax),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static RangeFunction? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The functions that may take a range with a modifier, for the error that others get.</summary>
    public static string NamesAllowing(Func<RangeFunction, bool> allows) =>
        string.Join(
            ", ", ByName.Where(pair => allows(pair.Value)).Select(pair => pair.Key).Order(StringComparer.Ordinal));
}
