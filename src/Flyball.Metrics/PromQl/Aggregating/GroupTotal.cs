using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>One group of an aggregation, over all steps.</summary>
internal abstract class GroupTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
{
    /// <summary>Whether any series of the group loses its name at the end.</summary>
    public bool DropsName { get; set; }

    /// <summary>Whether <see cref="Add"/> holds on to the columns it is given.</summary>
    public virtual bool KeepsColumns => false;

    protected Labels Labels => labels;

    protected AggregateExpr Expr => expr;

    protected int Steps => grid.Count;

    protected QueryState State => state;

    public abstract void Add(Column column);

    /// <summary>The group's result, or null when it has none at any step.</summary>
    public abstract Column? Finish();

    protected Column? Result(Column column)
    {
        if (column.HasAny()) return column;
        state.Recycle(column);
        return null;
    }

    /// <summary>Notes that histograms are not part of this aggregation, when the series has any.</summary>
    protected void IgnoreHistograms(Column column)
    {
        if (column.Histograms is null || Array.TrueForAll(column.Histograms, static one => one is null)) return;
        state.Annotate(Notes.HistogramIgnored(expr.Operator.Name(), expr.InnerRange));
    }
}
