using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary><c>absent</c> and <c>absent_over_time</c>: 1 where a vector has nothing.</summary>
internal sealed class AbsentFunctions(Evaluator evaluator, QueryState state)
{
    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        var present = new bool[grid.Count];
        evaluator.Stream(call.Arguments[0], grid, column => Mark(column, present));
        Emit(call, present, dropsName: false, sink);
    }

    public void StreamOverTime(RangeEvaluator ranges, CallExpr call, StepGrid grid, Action<Column> sink)
    {
        var present = new bool[grid.Count];
        ranges.Stream(call, grid, column => Mark(column, present));
        Emit(call, present, dropsName: true, sink);
    }

    private void Mark(Column column, bool[] present)
    {
        for (int step = 0; step < present.Length; step++) present[step] |= column.Has(step);
        state.Recycle(column);
    }

    private void Emit(CallExpr call, bool[] present, bool dropsName, Action<Column> sink)
    {
        if (Array.TrueForAll(present, static one => one)) return;
        Column column = state.NewColumn(LabelsOf(call.Arguments[0].Unwrap()), present.Length);
        column.DropsName = dropsName;
        for (int step = 0; step < present.Length; step++)
        {
            if (!present[step]) column.Values[step] = 1;
        }

        sink(column);
    }

    /// <summary>What a selector's equality matchers say the missing series would have had.</summary>
    private static Labels LabelsOf(Expr expr)
    {
        IReadOnlyList<LabelMatcher> matchers = expr switch
        {
            VectorSelector selector => selector.Matchers,
            MatrixSelector matrix => matrix.Selector.Matchers,
            _ => [],
        };
        var builder = new LabelsBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (LabelMatcher matcher in matchers)
        {
            if (matcher.Name == LabelNames.MetricName) continue;
            if (matcher.Kind == MatchKind.Equal && seen.Add(matcher.Name)) builder.Set(matcher.Name, matcher.Value);
            else builder.Remove(matcher.Name);
        }

        return builder.ToLabels();
    }
}
