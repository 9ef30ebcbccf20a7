using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>Reads what a forecast learns from after a start: one workload's series over a time.</summary>
internal sealed class HistoryReader(IMetricQuery metrics, SignalExpressions expressions, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public SignalExpressions Expressions => expressions;

    /// <summary>
    /// A value a step from <paramref name="startUnixMs"/> on, NaN where there is none; null when the metrics do not
    /// answer.
    /// </summary>
    public async Task<double[]?> ReadAsync(
        string expression, long startUnixMs, int count, TimeSpan step, CancellationToken cancellation)
    {
        var end = startUnixMs + (count - 1) * (long)step.TotalMilliseconds;
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        MetricAnswer answer;
        try
        {
            answer = await metrics.RangeAsync(expression, startUnixMs, end, step, both.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        if (!answer.IsSuccess)
            return null;
        var values = new double[count];
        Array.Fill(values, double.NaN);
        if (answer.Matrix.RowCount != 1)
            return values;
        var row = answer.Matrix.Row(0);
        for (var i = 0; i < Math.Min(count, row.Length); i++)
            values[i] = double.IsFinite(row[i]) && row[i] >= 0 ? row[i] : double.NaN;
        return values;
    }
}
