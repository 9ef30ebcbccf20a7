namespace Flyball.Contracts.Metrics;

/// <summary>
/// PromQL for the platform's own parts. Ask for many workloads in one query (<c>sum by (workload) (…)</c>) and read the
/// rows by label: one evaluation is far cheaper than one for each.
/// </summary>
public interface IMetricQuery
{
    /// <summary>Evaluates at one time: a matrix of one step.</summary>
    ValueTask<MetricAnswer> InstantAsync(string expression, long atUnixMs, CancellationToken cancellation);

    /// <summary>Evaluates from start to end, both inclusive, at each step.</summary>
    ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, CancellationToken cancellation);
}
