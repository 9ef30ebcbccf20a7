using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.Hosting;

/// <summary>
/// Queries of the platform's own parts. They do not pass the users' gate, so that a dashboard cannot stop autoscaling;
/// they take turns among themselves instead.
/// </summary>
internal sealed class MetricQueries(StoreHost host, QueryEngine engine, IWorkers workers) : IMetricQuery, IDisposable
{
    /// <summary>Queries of the platform itself at one time; further ones wait.</summary>
    private const int AtOnceMax = 2;

    private readonly SemaphoreSlim turns = new(AtOnceMax);

    public ValueTask<MetricAnswer> InstantAsync(
        string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation) =>
        RunAsync(
            lease => ToAnswer(
                engine.LookingBack(lookBack).Instant(lease.Store, expression, atUnixMs, cancellation), atUnixMs, 0, 1),
            cancellation);

    public ValueTask<MetricAnswer> RangeAsync(
        string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
        CancellationToken cancellation)
    {
        long stepMs = (long)step.TotalMilliseconds;
        int steps = stepMs > 0 && endUnixMs >= startUnixMs
            ? (int)Math.Min(int.MaxValue, ((endUnixMs - startUnixMs) / stepMs) + 1)
            : 0;
        return RunAsync(
            lease => ToAnswer(
                engine.LookingBack(lookBack).Range(
                    lease.Store, expression, startUnixMs, endUnixMs, stepMs, cancellation),
                startUnixMs, stepMs, steps),
            cancellation);
    }

    public void Dispose() => turns.Dispose();

    private async ValueTask<MetricAnswer> RunAsync(Func<StoreLease, MetricAnswer> run, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            using StoreLease? lease = host.TryEnter();
            if (lease is null)
                return new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = host.DescribeAbsence() };
            MetricAnswer answer = await workers.RunAsync(() => run(lease), cancellation);
            cancellation.ThrowIfCancellationRequested();
            return answer;
        }
        finally
        {
            turns.Release();
        }
    }

    private static MetricAnswer ToAnswer(QueryResult result, long startMs, long stepMs, int steps)
    {
        if (!result.IsSuccess) return new MetricAnswer { Failure = ToFailure(result.Failure), Error = result.Error };
        if (stepMs == 0 && result.Type is (ExprType.Matrix or ExprType.String))
        {
            return new MetricAnswer
            {
                Failure = MetricQueryFailure.BadQuery,
                Error = "One value a series is expected.",
            };
        }

        var labels = new IReadOnlyList<MetricLabel>[result.Series.Count];
        double[] values = new double[labels.Length * steps];
        values.AsSpan().Fill(MetricMatrix.Absent);
        for (int row = 0; row < labels.Length; row++)
        {
            ResultSeries series = result.Series[row];
            labels[row] = ToLabels(series.Labels);
            for (int index = 0; index < series.TimesMs.Length; index++)
            {
                if (series.Samples[index].Histogram is not null) continue;
                long step = stepMs == 0 ? 0 : (series.TimesMs[index] - startMs) / stepMs;
                values[(row * steps) + step] = series.Samples[index].Value;
            }
        }

        return new MetricAnswer
        {
            Matrix = new MetricMatrix(startMs, stepMs, steps, labels, values),
            Warnings = result.Warnings,
        };
    }

    private static MetricLabel[] ToLabels(Labels labels)
    {
        var converted = new MetricLabel[labels.Count];
        for (int index = 0; index < converted.Length; index++)
            converted[index] = new MetricLabel(labels[index].Name, labels[index].Value);
        return converted;
    }

    private static MetricQueryFailure ToFailure(QueryFailure failure) => failure switch
    {
        QueryFailure.BadQuery => MetricQueryFailure.BadQuery,
        QueryFailure.Timeout => MetricQueryFailure.Timeout,
        QueryFailure.Cancelled => MetricQueryFailure.Unavailable,
        _ => MetricQueryFailure.Execution,
    };
}
