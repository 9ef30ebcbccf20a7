using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Functions;
using Flyball.Metrics.PromQl.Matching;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Evaluates scalar expressions.</summary>
internal sealed class ScalarEvaluator(Evaluator evaluator, QueryState state)
{
    public Scalars Evaluate(Expr expr, StepGrid grid)
    {
        switch (expr)
        {
            case NumberLiteral number:
                return new Scalars(number.Value);
            case StringLiteral:
                return new Scalars(0);
            case ParenExpr paren:
                return Evaluate(paren.Inner, grid);
            case UnaryExpr unary:
                Scalars inner = Evaluate(unary.Inner, grid);
                return unary.IsNegative ? Map(inner, inner, grid, static (value, _) => -value) : inner;
            case BinaryExpr binary:
                Func<double, double, double> compute = FloatOperators.ForScalars(binary.Operator);
                return Map(Evaluate(binary.Left, grid), Evaluate(binary.Right, grid), grid, compute);
            case CallExpr call:
                return EvaluateCall(call, grid);
            default:
                throw new ArgumentException($"BUG: a {expr.GetType().Name} is no scalar.", nameof(expr));
        }
    }

    private Scalars EvaluateCall(CallExpr call, StepGrid grid)
    {
        QueryTimes query = state.Query;
        switch (call.Function.Name)
        {
            case "pi":
                return new Scalars(Math.PI);
            case "start":
                return new Scalars(query.StartMs / 1000.0);
            case "end":
                return new Scalars(query.EndMs / 1000.0);
            case "range":
                return new Scalars((query.EndMs - query.StartMs) / 1000.0);
            case "step":
                return new Scalars(query.StartMs == query.EndMs ? 0 : query.StepMs / 1000.0);
            case "time":
                return Times(grid);
            case "min_of" or "max_of":
                Func<double, double, double> pick = call.Function.Name == "min_of" ? Extremes.Min : Extremes.Max;
                return Map(Evaluate(call.Arguments[0], grid), Evaluate(call.Arguments[1], grid), grid, pick);
            case "scalar":
                return OnlyValue(call.Arguments[0], grid);
            default:
                throw new ArgumentException($"BUG: {call.Function.Name} gives no scalar.", nameof(call));
        }
    }

    private static Scalars Times(StepGrid grid)
    {
        var values = new double[grid.Count];
        for (int step = 0; step < values.Length; step++) values[step] = grid[step] / 1000.0;
        return new Scalars(values);
    }

    private static Scalars Map(Scalars left, Scalars right, StepGrid grid, Func<double, double, double> compute)
    {
        if (left.IsConstant && right.IsConstant) return new Scalars(compute(left[0], right[0]));
        var values = new double[grid.Count];
        for (int step = 0; step < values.Length; step++) values[step] = compute(left[step], right[step]);
        return new Scalars(values);
    }

    /// <summary>
    /// The value of the only series with a float at each step; NaN when there is none or more than one.
    /// </summary>
    private Scalars OnlyValue(Expr vector, StepGrid grid)
    {
        var values = new double[grid.Count];
        var seen = new bool[grid.Count];
        Array.Fill(values, SpecialValues.NormalNaN);
        evaluator.Stream(vector, grid, column =>
        {
            for (int step = 0; step < values.Length; step++)
            {
                if (Column.IsAbsent(column.Values[step])) continue;
                values[step] = seen[step] ? SpecialValues.NormalNaN : column.Values[step];
                seen[step] = true;
            }

            state.Recycle(column);
        });
        return new Scalars(values);
    }
}
