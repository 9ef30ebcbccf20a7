using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Checks the types of a parsed expression and what the grammar alone cannot say.</summary>
internal static class TypeChecker
{
    /// <exception cref="ParseException">The first error found, outermost operands first.</exception>
    public static void Check(Expr expr)
    {
        switch (expr)
        {
            case AggregateExpr aggregate:
                CheckAggregate(aggregate);
                break;
            case BinaryExpr binary:
                BinaryChecker.Check(binary);
                break;
            case CallExpr call:
                CheckCall(call);
                break;
            case ParenExpr paren:
                Check(paren.Inner);
                break;
            case UnaryExpr unary:
                Check(unary.Inner);
                if (unary.Inner.Type is not (ExprType.Scalar or ExprType.Vector))
                {
                    throw new ParseException(
                        unary.Range,
                        "unary expression only allowed on expressions of type scalar or instant vector, got "
                        + Quoting.Quote(unary.Inner.Type.DocumentedName()));
                }

                break;
            case SubqueryExpr subquery:
                Check(subquery.Inner);
                if (subquery.Inner.Type != ExprType.Vector)
                {
                    throw new ParseException(
                        subquery.Range,
                        $"subquery is only allowed on instant vector, got {subquery.Inner.Type.ApiName()} instead");
                }

                break;
            case MatrixSelector matrix:
                CheckSelector(matrix.Selector);
                break;
            case VectorSelector selector:
                CheckSelector(selector);
                break;
        }
    }

    private static void Expect(Expr expr, ExprType wanted, string context)
    {
        Check(expr);
        if (expr.Type == wanted) return;
        throw new ParseException(
            expr.Range,
            $"expected type {wanted.DocumentedName()} in {context}, got {expr.Type.DocumentedName()}");
    }

    private static void CheckAggregate(AggregateExpr aggregate)
    {
        Expect(aggregate.Inner, ExprType.Vector, "aggregation expression");
        if (aggregate.Parameter is null) return;
        bool isText = aggregate.Operator == AggregateOperator.CountValues;
        Expect(aggregate.Parameter, isText ? ExprType.String : ExprType.Scalar, "aggregation parameter");
    }

    private static void CheckSelector(VectorSelector selector)
    {
        if (selector.Name.Length > 0)
        {
            foreach (LabelMatcher matcher in selector.Matchers.SkipLast(1))
            {
                if (matcher.Name != LabelNames.MetricName) continue;
                throw new ParseException(
                    selector.Range,
                    $"metric name must not be set twice: {Quoting.Quote(selector.Name)} "
                    + $"or {Quoting.Quote(matcher.Value)}");
            }

            return;
        }

        if (selector.MayMatchEverything || selector.Matchers.Any(matcher => !matcher.MatchesEmpty)) return;
        throw new ParseException(selector.Range, "vector selector must contain at least one non-empty matcher");
    }

    private static void CheckCall(CallExpr call)
    {
        CheckArgumentCount(call);
        if (call.Function.Name == "info" && call.Arguments.Count > 1) CheckInfoSelector(call.Arguments[1]);
        IReadOnlyList<ExprType> types = call.Function.Arguments;
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            ExprType wanted = types[Math.Min(i, types.Count - 1)];
            Expect(call.Arguments[i], wanted, $"call to function {Quoting.Quote(call.Function.Name)}");
        }
    }

    private static void CheckArgumentCount(CallExpr call)
    {
        FunctionSignature function = call.Function;
        int types = function.Arguments.Count, given = call.Arguments.Count;
        int min = function.Variadic == 0 ? types : types - 1;
        int max = function.Variadic < 0 ? int.MaxValue : function.Variadic == 0 ? types : min + function.Variadic;
        if (given >= min && given <= max) return;
        (string adverb, int wanted) = function.Variadic == 0 ? ("", types)
            : given < min ? ("at least ", min)
            : ("at most ", max);
        throw new ParseException(
            call.Range,
            $"expected {adverb}{wanted} argument(s) in call to {Quoting.Quote(function.Name)}, got {given}");
    }

    private static void CheckInfoSelector(Expr argument)
    {
        if (argument.Type != ExprType.Vector) return;
        if (argument is not VectorSelector selector)
            throw new ParseException(argument.Range, "expected label selectors only");
        if (selector.Name.Length > 0)
            throw new ParseException(argument.Range, "expected label selectors only, got vector selector instead");
        selector.MayMatchEverything = true;
    }
}
