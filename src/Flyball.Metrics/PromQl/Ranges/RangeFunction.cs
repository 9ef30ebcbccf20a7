namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>A function over range vectors.</summary>
internal sealed record RangeFunction(RangeKernel Kernel)
{
    /// <summary>Whether the result is still the metric that was selected.</summary>
    public bool KeepsName { get; init; }

    /// <summary>Whether start timestamps change the result.</summary>
    public bool UsesStarts { get; init; }

    /// <summary>Whether the metric should be a counter, by its name or type.</summary>
    public bool WantsCounter { get; init; }

    public bool AllowsAnchored { get; init; }

    public bool AllowsSmoothed { get; init; }
}
