using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>What can be said about metric names before anything is read.</summary>
internal static class NameKnowledge
{
    /// <summary>Whether all series have the same metric name, so that without it their labels still differ.</summary>
    public static bool HasOneName(Expr expr) => expr switch
    {
        VectorSelector selector => selector.Matchers.Any(
            matcher => matcher is { Kind: MatchKind.Equal, Name: LabelNames.MetricName }),
        MatrixSelector matrix => HasOneName(matrix.Selector),
        ParenExpr paren => HasOneName(paren.Inner),
        UnaryExpr unary => HasOneName(unary.Inner),
        SubqueryExpr subquery => HasOneName(subquery.Inner),
        CallExpr { Function.Name: "label_replace" or "label_join" } => false,
        CallExpr call => call.Arguments.Any(one => one.Type is ExprType.Vector or ExprType.Matrix)
            && call.Arguments.All(one => one.Type is not (ExprType.Vector or ExprType.Matrix) || HasOneName(one)),
        _ => false,
    };
}
