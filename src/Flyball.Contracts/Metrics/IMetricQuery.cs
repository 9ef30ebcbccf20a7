namespace Flyball.Contracts.Metrics;

/// <summary>
/// PromQL for the platform's own parts. Ask for many workloads in one query (<c>sum by (workload) (…)</c>) and read the
/// rows by label: one evaluation is far cheaper than one for each.
/// </summary>
public interface IMetricQuery
{
    /// <summary>Evaluates at one time: a matrix of one step.</summary>
    ValueTask<MetricAnswer> InstantAsync(string expression, long atUnixMs, CancellationToken cancellation) =>
        InstantAsync(expression, atUnixMs, null, cancellation);

    /// <summary>The same, with samples no older than given.</summary>
    /// <param name="expression">PromQL.</param>
    /// <param name="atUnixMs">When.</param>
    /// <param name="lookBack">
    /// How old a selector's newest sample may be, where the selector names no range; null for the store's own setting.
    /// </param>
    /// <param name="cancellation">Ends the evaluation.</param>
    ValueTask<MetricAnswer> InstantAsync(
        string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation);

    /// <summary>Evaluates from start to end, both inclusive, at each step.</summary>
    ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, CancellationToken cancellation) =>
        RangeAsync(expression, startUnixMs, endUnixMs, step, null, cancellation);

    /// <summary>The same, with samples no older at each step than given.</summary>
    ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
        CancellationToken cancellation);
}
