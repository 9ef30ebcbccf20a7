using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// <c>histogram_quantile</c>, <c>histogram_quantiles</c> and <c>histogram_fraction</c>, over native and classic
/// histograms.
/// </summary>
internal sealed class QuantileFunctions(Evaluator evaluator, QueryState state)
{
    private readonly ClassicBuckets buckets = new();

    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        var results = new List<Column>();
        switch (call.Function.Name)
        {
            case "histogram_fraction":
                Fractions(call, grid, results);
                break;
            case "histogram_quantile":
                Expr vector = call.Arguments[1].Unwrap();
                HistogramGroups groups = Read(vector, grid);
                Quantiles(call.Arguments[0], vector, groups, grid, static (labels, _) => labels, results);
                break;
            default:
                ManyQuantiles(call, grid, results);
                break;
        }

        foreach (Column column in ColumnMerging.Merge(results, state)) sink(column);
    }

    private HistogramGroups Read(Expr vector, StepGrid grid) =>
        new(evaluator.Evaluate(vector, grid), vector.Range, state);

    private void ManyQuantiles(CallExpr call, StepGrid grid, List<Column> results)
    {
        Expr vector = call.Arguments[0].Unwrap();
        string label = ((StringLiteral)call.Arguments[1].Unwrap()).Value;
        HistogramGroups groups = Read(vector, grid);
        foreach (Expr quantile in call.Arguments.Skip(2))
        {
            Labels Relabel(Labels labels, double value) => labels.With(label, GoNumber.OpenMetrics(value));
            Quantiles(quantile, vector, groups, grid, Relabel, results);
        }
    }

    private void Quantiles(
        Expr quantileExpr, Expr vector, HistogramGroups groups, StepGrid grid, Func<Labels, double, Labels> relabel,
        List<Column> results)
    {
        Scalars quantiles = evaluator.EvaluateScalar(quantileExpr, grid);
        for (int step = 0; step < (quantiles.IsConstant ? 1 : grid.Count); step++)
        {
            if (double.IsNaN(quantiles[step]) || quantiles[step] is < 0 or > 1)
                state.Annotate(Notes.InvalidQuantile(quantiles[step], quantileExpr.Unwrap().Range));
        }

        var natives = new NativeQuantiles(state, vector.Range);
        foreach (Column native in groups.Natives)
        {
            var output = new RelabelledOutput(native.Labels, native.DropsName, grid, relabel, state);
            string metric = MetricOf(native.Labels);
            for (int step = 0; step < grid.Count; step++)
            {
                if (native.Histograms![step] is { } histogram)
                    output.Set(step, quantiles[step], natives.Of(quantiles[step], histogram, metric));
            }

            output.AddTo(results);
        }

        foreach (ClassicGroup group in groups.Classics)
        {
            var output = new RelabelledOutput(group.Labels, group.DropsName, grid, relabel, state);
            for (int step = 0; step < grid.Count; step++)
            {
                if (!group.TryRead(step, buckets)) continue;
                output.Set(step, quantiles[step], buckets.Quantile(quantiles[step], out BucketRepair? repair));
                if (repair is null) continue;
                state.Annotate(
                    Notes.ForcedMonotonicity(MetricOf(group.Labels), vector.Range, grid[step], repair.Value));
            }

            output.AddTo(results);
        }
    }

    private void Fractions(CallExpr call, StepGrid grid, List<Column> results)
    {
        Scalars lower = evaluator.EvaluateScalar(call.Arguments[0], grid);
        Scalars upper = evaluator.EvaluateScalar(call.Arguments[1], grid);
        Expr vector = call.Arguments[2].Unwrap();
        HistogramGroups groups = Read(vector, grid);
        var natives = new NativeFractions(state, vector.Range);
        foreach (Column native in groups.Natives)
        {
            var output = new RelabelledOutput(native.Labels, native.DropsName, grid, static (one, _) => one, state);
            string metric = MetricOf(native.Labels);
            for (int step = 0; step < grid.Count; step++)
            {
                if (native.Histograms![step] is { } histogram)
                    output.Set(step, 0, natives.Of(lower[step], upper[step], histogram, metric));
            }

            output.AddTo(results);
        }

        foreach (ClassicGroup group in groups.Classics)
        {
            var output = new RelabelledOutput(group.Labels, group.DropsName, grid, static (one, _) => one, state);
            for (int step = 0; step < grid.Count; step++)
            {
                if (group.TryRead(step, buckets)) output.Set(step, 0, buckets.Fraction(lower[step], upper[step]));
            }

            output.AddTo(results);
        }
    }

    /// <summary>The name for annotations, which is gone already when names are removed at each function.</summary>
    private string MetricOf(Labels labels) => state.Options.DelayedNameRemoval ? labels.MetricName : "";
}
