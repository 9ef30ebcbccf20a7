using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>What all windows of one call of a range function share.</summary>
internal sealed class RangeCall(CallExpr call, long widthMs, IReadOnlyList<Scalars> parameters, QueryState state)
{
    public CallExpr Call => call;

    /// <summary>Where annotations point to: the first argument, or the query's start for a subquery.</summary>
    public TextRange Range { get; } =
        call.Arguments[0].Unwrap() is SubqueryExpr ? default : call.Arguments[0].Unwrap().Range;

    public long WidthMs => widthMs;

    public double WidthSeconds { get; } = widthMs / 1000.0;

    /// <summary>The arguments other than the range, in order.</summary>
    public IReadOnlyList<Scalars> Parameters => parameters;

    public QueryState State => state;

    public bool IsAnchored { get; init; }

    public bool IsSmoothed { get; init; }

    /// <summary>The labels of the series that is being evaluated.</summary>
    public Labels Metric { get; set; } = Labels.Empty;

    private double[] scratch = [];

    /// <summary>A copy of values that may be reordered, valid until the next call.</summary>
    public Span<double> Copy(ReadOnlySpan<double> values)
    {
        if (scratch.Length < values.Length) scratch = new double[values.Length * 2];
        values.CopyTo(scratch);
        return scratch.AsSpan(0, values.Length);
    }

    public string MetricName => Metric.MetricName;

    public HistogramNoting Noting => new(state, MetricName, Range);

    public void Annotate(Annotation annotation) => state.Annotate(annotation);
}
