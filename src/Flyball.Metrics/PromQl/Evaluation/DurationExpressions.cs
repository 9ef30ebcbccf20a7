using System.Globalization;
using Flyball.Metrics.PromQl.Functions;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Computes ranges, steps and offsets that are written as arithmetic.</summary>
internal static class DurationExpressions
{
    public static long OffsetMs(TimeShift shift, QueryState state) =>
        shift.OffsetExpr is null ? shift.OffsetMs : Compute(shift.OffsetExpr, mayBeNegative: true, state);

    public static long PositiveMs(long literalMs, DurationExpr? expr, QueryState state) =>
        expr is null ? literalMs : Compute(expr, mayBeNegative: false, state);

    private static long Compute(DurationExpr expr, bool mayBeNegative, QueryState state)
    {
        double seconds = Evaluate(expr, state);
        if (!double.IsFinite(seconds)) throw Error(expr, "duration is NaN or infinite");
        if (seconds <= 0 && !mayBeNegative) throw Error(expr, "duration must be greater than 0");
        if (Durations.IsOutOfRange(seconds)) throw Error(expr, "duration is out of range");
        return (long)(seconds * 1000);
    }

    private static double Evaluate(Expr expr, QueryState state)
    {
        if (expr is NumberLiteral number) return number.Value;
        var duration = (DurationExpr)expr;
        double left = duration.Left is null ? 0 : Evaluate(duration.Left, state);
        double right = duration.Right is null ? 0 : Evaluate(duration.Right, state);
        return duration.Operator switch
        {
            DurationOperator.Step => state.Query.StepMs / 1000.0,
            DurationOperator.QueryRange => (state.Query.EndMs - state.Query.StartMs) / 1000.0,
            DurationOperator.MinOf => Extremes.Min(left, right),
            DurationOperator.MaxOf => Extremes.Max(left, right),
            DurationOperator.Add => left + right,
            DurationOperator.Subtract => left - right,
            DurationOperator.Multiply => left * right,
            DurationOperator.Divide when right == 0 => throw Error(expr, "division by zero"),
            DurationOperator.Divide => left / right,
            DurationOperator.Modulo when right == 0 => throw Error(expr, "modulo by zero"),
            DurationOperator.Modulo => left % right,
            _ => Math.Pow(left, right),
        };
    }

    private static QueryException Error(Expr expr, string message) => new(
        string.Create(CultureInfo.InvariantCulture, $"{expr.Range.Start}:{expr.Range.End}: {message}"),
        QueryFailure.BadQuery);
}
