using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// Finds expressions whose value is the same at every step, because all their selectors have a fixed time.
/// </summary>
internal static class Invariance
{
    public static bool IsFixed(Expr expr) => expr switch
    {
        VectorSelector selector => selector.Shift.IsFixed,
        MatrixSelector matrix => matrix.Selector.Shift.IsFixed,
        SubqueryExpr subquery => subquery.Shift.IsFixed,
        ParenExpr paren => IsFixed(paren.Inner),
        UnaryExpr unary => IsFixed(unary.Inner),
        BinaryExpr binary => IsFixed(binary.Left) && IsFixed(binary.Right),
        AggregateExpr aggregate => aggregate.Children.All(IsFixed),
        CallExpr call => IsFixed(call),
        _ => true,
    };

    /// <summary>Functions that look at the step's own time even when their arguments are fixed.</summary>
    public static bool LooksAtStep(string function) => function is
        "days_in_month" or "day_of_month" or "day_of_week" or "day_of_year" or "hour" or "minute" or "month" or "year"
        or "predict_linear" or "time" or "timestamp" or "start" or "end" or "range" or "step";

    private static bool IsFixed(CallExpr call)
    {
        if (!call.Arguments.All(IsFixed)) return false;
        if (!LooksAtStep(call.Function.Name)) return true;

        // The timestamp of a selected sample is as fixed as the sample.
        return call.Function.Name == "timestamp" && call.Arguments[0].Unwrap() is VectorSelector;
    }
}
