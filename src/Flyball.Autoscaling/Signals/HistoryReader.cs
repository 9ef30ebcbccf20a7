using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>Reads what a forecast learns from after a start: one workload's series over a time.</summary>
internal sealed class HistoryReader(IMetricQuery metrics, SignalExpressions expressions, TimeProvider time)
{
    public SignalExpressions Expressions => expressions;

    /// <summary>A value a step from <paramref name="startUnixMs"/> on.</summary>
    public async Task<HistoryAnswer> ReadAsync(
        string expression, long startUnixMs, int count, TimeSpan step, TimeAllowance allowance,
        CancellationToken cancellation)
    {
        var end = startUnixMs + (count - 1) * (long)step.TotalMilliseconds;
        using var patience = new CancellationTokenSource(allowance.Left, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        MetricAnswer answer;
        var began = allowance.Begin();
        try
        {
            answer = await metrics.RangeAsync(
                expression, startUnixMs, end, step, expressions.LookBack, both.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            // One query may be too slow where others are not; whatever else is thrown is the store's own trouble.
            return patience.IsCancellationRequested
                ? new HistoryAnswer(null, "the metrics did not answer in time")
                : new HistoryAnswer(null, e.Message, IsStoreAway: true);
        }
        finally
        {
            allowance.Spend(began);
        }
        if (!answer.IsSuccess)
            return new HistoryAnswer(null, answer.Error, answer.Failure == MetricQueryFailure.Unavailable);
        var values = new double[count];
        Array.Fill(values, double.NaN);
        if (answer.Matrix.RowCount != 1)
            return new HistoryAnswer(values);
        var row = answer.Matrix.Row(0);
        for (var i = 0; i < Math.Min(count, row.Length); i++)
            values[i] = double.IsFinite(row[i]) && row[i] >= 0 ? row[i] : double.NaN;
        return new HistoryAnswer(values);
    }
}
