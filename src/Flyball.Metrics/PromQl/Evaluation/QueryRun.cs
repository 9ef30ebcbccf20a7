using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Evaluates a whole query and shapes its result.</summary>
internal sealed class QueryRun(QueryState state)
{
    private readonly Evaluator evaluator = new(state);

    public QueryResult Execute(Expr expr)
    {
        BucketUse.FindUnused(expr, state.WithoutBuckets);
        StepGrid grid = state.Query.ToGrid();
        return expr.Type switch
        {
            ExprType.String => new QueryResult { Type = ExprType.String, Text = TextOf(expr) },
            ExprType.Matrix => new QueryResult { Type = ExprType.Matrix, Series = Sort(RangeSeries(expr, grid)) },
            ExprType.Scalar => new QueryResult
            {
                Type = state.Query.IsInstant ? ExprType.Scalar : ExprType.Matrix,
                Series = ScalarSeries(expr, grid),
            },
            _ => VectorResult(expr, grid),
        };
    }

    private static string TextOf(Expr expr) => ((StringLiteral)expr.Unwrap()).Value;

    private QueryResult VectorResult(Expr expr, StepGrid grid)
    {
        List<Column> columns = DropNames(evaluator.Evaluate(expr, grid));
        List<ResultSeries> series = [.. columns.Select(column => ResultSeries.Of(column, grid))];
        series.RemoveAll(static one => one.TimesMs.Length == 0);
        return state.Query.IsInstant
            ? new QueryResult { Type = ExprType.Vector, Series = series }
            : new QueryResult { Type = ExprType.Matrix, Series = Sort(series) };
    }

    private ResultSeries[] ScalarSeries(Expr expr, StepGrid grid)
    {
        if (grid.Count == 0) return [];
        Scalars values = evaluator.EvaluateScalar(expr, grid);
        Column column = state.NewColumn(Labels.Empty, grid.Count);
        for (int step = 0; step < grid.Count; step++) column.Values[step] = values[step];
        return [ResultSeries.Of(column, grid)];
    }

    private List<ResultSeries> RangeSeries(Expr expr, StepGrid grid)
    {
        if (expr.Unwrap() is MatrixSelector matrix) return RawRanges.Read(matrix, grid, state);
        var subquery = (SubqueryExpr)expr.Unwrap();
        StepGrid inner = SubqueryTimes.Of(subquery, grid, state).Inner;
        List<Column> columns = DropNames(evaluator.Evaluate(subquery.Inner, inner));
        return [.. columns.Select(column => ResultSeries.Of(column, inner))];
    }

    private List<Column> DropNames(List<Column> columns)
    {
        if (!state.Options.DelayedNameRemoval) return columns;
        foreach (Column column in columns)
        {
            if (column.DropsName) column.Labels = column.Labels.WithoutMetricName(andTypeAndUnit: true);
        }

        return ColumnMerging.Merge(columns, state);
    }

    private static List<ResultSeries> Sort(IEnumerable<ResultSeries> series) =>
        [.. series.OrderBy(static one => one.Labels)];
}
