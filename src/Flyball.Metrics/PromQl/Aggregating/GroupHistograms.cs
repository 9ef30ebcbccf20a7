using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>
/// The histograms of a group that is summed or averaged. A step with histograms and floats, or with layouts that do not
/// fit, has no result.
/// </summary>
internal sealed class GroupHistograms(AggregateExpr expr, StepGrid grid, bool isAverage, QueryState state)
{
    private HistogramAccumulator?[]? totals;
    private bool[]? seen;
    private bool[]? broken;

    /// <summary>Whether layouts did not fit at this step: nothing more is taken.</summary>
    public bool IsBroken(int step) => broken is not null && broken[step];

    /// <summary>Takes a series' histograms; <paramref name="floats"/> holds the group's floats so far.</summary>
    public void Add(Column column, double[] floats)
    {
        if (column.Histograms is null) return;
        for (int step = 0; step < grid.Count; step++)
        {
            if (column.Histograms[step] is { } histogram && !IsBroken(step))
                Add(step, histogram, !Column.IsAbsent(floats[step]), column.Labels);
        }
    }

    /// <summary>Writes the results and removes floats where they met histograms.</summary>
    public void Finish(Column result)
    {
        if (seen is null) return;
        for (int step = 0; step < grid.Count; step++)
        {
            if (!seen[step]) continue;
            bool isMixed = !Column.IsAbsent(result.Values[step]);
            result.Clear(step);
            if (isMixed)
            {
                state.Annotate(Notes.MixedInAggregation(expr.InnerRange));
                continue;
            }

            if (IsBroken(step)) continue;
            HistogramAccumulator total = totals![step]!;
            total.Note(state, expr.InnerRange);
            result.Set(step, new Sample(0, HistogramArithmetic.Compact(total.Result())));
        }
    }

    private void Add(int step, NativeHistogram histogram, bool sawFloat, Labels labels)
    {
        totals ??= new HistogramAccumulator?[grid.Count];
        seen ??= new bool[grid.Count];
        seen[step] = true;
        if (totals[step] is not { } total)
        {
            if (!sawFloat) totals[step] = new HistogramAccumulator(histogram, isAverage);
            return;
        }

        if (total.TryAdd(histogram)) return;
        state.Annotate(Notes.MixedSchemas(labels.MetricName, expr.InnerRange));
        broken ??= new bool[grid.Count];
        broken[step] = true;
    }
}
