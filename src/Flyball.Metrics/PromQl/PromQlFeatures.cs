namespace Flyball.Metrics.PromQl;

/// <summary>Which of PromQL's experimental parts are on; all are off unless set.</summary>
internal sealed record PromQlFeatures
{
    public static readonly PromQlFeatures Stable = new();

    public static readonly PromQlFeatures All = new()
    {
        Functions = true,
        DurationExpressions = true,
        ExtendedRangeSelectors = true,
        FillModifiers = true,
    };

    /// <summary>Functions and aggregations marked experimental.</summary>
    public bool Functions { get; init; }

    /// <summary>Arithmetic in ranges, steps and offsets.</summary>
    public bool DurationExpressions { get; init; }

    /// <summary><c>anchored</c> and <c>smoothed</c>.</summary>
    public bool ExtendedRangeSelectors { get; init; }

    /// <summary><c>fill</c>, <c>fill_left</c>, <c>fill_right</c>.</summary>
    public bool FillModifiers { get; init; }
}
