using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>
/// <c>limit_ratio</c>: keeps a share of all series, chosen by the hash of their labels; a negative share keeps what the
/// positive one leaves.
/// </summary>
internal sealed class RatioAggregation(AggregateExpr expr, StepGrid grid, QueryState state)
{
    public void Stream(Evaluator evaluator, Action<Column> sink)
    {
        Scalars ratios = evaluator.EvaluateScalar(expr.Parameter!, grid);
        if (!Check(ratios)) return;
        evaluator.Stream(expr.Inner, grid, column =>
        {
            double share = PrometheusHash.Of(column.Labels) / (double)ulong.MaxValue;
            bool any = false;
            for (int step = 0; step < column.Values.Length; step++)
            {
                double ratio = Math.Clamp(ratios[step], -1, 1);
                bool isKept = ratio != 0 && (ratio > 0 ? share < ratio : share >= 1 + ratio);
                if (!isKept) column.Clear(step);
                else any |= column.Has(step);
            }

            if (any) sink(column);
            else state.Recycle(column);
        });
    }

    /// <summary>False when every ratio is zero.</summary>
    private bool Check(Scalars ratios)
    {
        double min = double.MaxValue, max = double.MinValue;
        for (int step = 0; step < (ratios.IsConstant ? 1 : grid.Count); step++)
        {
            if (double.IsNaN(ratios[step])) throw new QueryException("Ratio value is NaN");
            min = Math.Min(min, ratios[step]);
            max = Math.Max(max, ratios[step]);
        }

        if (max > 1) state.Annotate(Notes.InvalidRatio(max, 1, expr.ParameterRange));
        if (min < -1) state.Annotate(Notes.InvalidRatio(min, -1, expr.ParameterRange));
        return min != 0 || max != 0;
    }
}
