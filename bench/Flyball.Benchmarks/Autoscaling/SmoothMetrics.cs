using Flyball.Contracts.Metrics;

namespace Flyball.Benchmarks.Autoscaling;

/// <summary>Answers as a metrics store would, at next to no cost: waves of requests, and steady CPU.</summary>
internal sealed class SmoothMetrics(string[] workloads, string[] allocations) : IMetricQuery
{
    private readonly MetricLabel[][] upstreams =
        [.. workloads.Select(name => new[] { new MetricLabel("upstream", name) })];
    private readonly MetricLabel[][] replicas =
        [.. allocations.Select(id => new[] { new MetricLabel("allocation", id) })];

    public ValueTask<MetricAnswer> InstantAsync(
        string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation) =>
        expression.StartsWith("count", StringComparison.Ordinal) ? Answer(atUnixMs, upstreams, _ => 1)
        : expression.Contains("refused", StringComparison.Ordinal) ? Answer(atUnixMs, [], [])
        : expression.Contains("cpu", StringComparison.Ordinal) ? Answer(atUnixMs, replicas, _ => 0.5)
        : Answer(atUnixMs, upstreams, row => Requests(atUnixMs, row));

    public ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
        CancellationToken cancellation)
    {
        long stepMs = (long)step.TotalMilliseconds;
        double[] values = new double[((endUnixMs - startUnixMs) / stepMs) + 1];
        for (int i = 0; i < values.Length; i++) values[i] = Requests(startUnixMs + (i * stepMs), 0);
        return ValueTask.FromResult(new MetricAnswer
        {
            Matrix = new MetricMatrix(startUnixMs, stepMs, values.Length, [[]], values),
        });
    }

    private static double Requests(long atUnixMs, int row)
    {
        double hours = atUnixMs / 3.6e6;
        double noise = ((atUnixMs / 15_000 * 2_654_435_761L) + (row * 97)) % 1000 / 1000.0;
        return 150 + (100 * Math.Sin((hours + row) * Math.PI / 12)) + (20 * noise);
    }

    private static ValueTask<MetricAnswer> Answer(long atUnixMs, MetricLabel[][] labels, Func<int, double> value) =>
        Answer(atUnixMs, labels, [.. Enumerable.Range(0, labels.Length).Select(value)]);

    private static ValueTask<MetricAnswer> Answer(long atUnixMs, MetricLabel[][] labels, double[] values) =>
        ValueTask.FromResult(new MetricAnswer { Matrix = new MetricMatrix(atUnixMs, 0, 1, labels, values) });
}
