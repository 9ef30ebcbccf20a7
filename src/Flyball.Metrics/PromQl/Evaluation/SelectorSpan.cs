using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>The times within which all selectors of an expression read.</summary>
internal sealed class SelectorSpan
{
    private SelectorSpan(QueryState state) => this.state = state;

    private readonly QueryState state;
    private long min = long.MaxValue;
    private long max = long.MinValue;

    /// <summary>Unix milliseconds, inclusive; zeros when nothing is read.</summary>
    public static (long MinMs, long MaxMs) Of(Expr expr, QueryState state)
    {
        var span = new SelectorSpan(state);
        span.Visit(expr, state.Query.StartMs, state.Query.EndMs, 0);
        return span.min > span.max ? (0, 0) : (span.min, span.max);
    }

    private void Visit(Expr expr, long start, long end, long width)
    {
        switch (expr)
        {
            case MatrixSelector matrix:
                Visit(matrix.Selector, start, end, SeriesSelection.WidthMs(matrix, state));
                break;
            case VectorSelector selector:
                long lookback = width == 0 || selector.IsAnchored || selector.IsSmoothed ? state.LookbackMs : 0;
                long ahead = selector.IsSmoothed ? state.LookbackMs : 0;
                min = Math.Min(min, SeriesSelection.ReferenceTime(selector.Shift, start, state) - width - lookback + 1);
                max = Math.Max(max, SeriesSelection.ReferenceTime(selector.Shift, end, state) + ahead);
                break;
            case SubqueryExpr subquery:
                long inner = DurationExpressions.PositiveMs(subquery.WidthMs, subquery.WidthExpr, state);
                Visit(
                    subquery.Inner,
                    SeriesSelection.ReferenceTime(subquery.Shift, start, state) - inner,
                    SeriesSelection.ReferenceTime(subquery.Shift, end, state),
                    0);
                break;
            default:
                foreach (Expr child in expr.Children) Visit(child, start, end, 0);
                break;
        }
    }
}
