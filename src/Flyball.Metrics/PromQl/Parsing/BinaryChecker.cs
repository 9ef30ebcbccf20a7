using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Checks operators: types of both sides and the matching between them.</summary>
internal static class BinaryChecker
{
    public static void Check(BinaryExpr binary)
    {
        TypeChecker.Check(binary.Left);
        TypeChecker.Check(binary.Right);
        bool isScalar = binary.Type == ExprType.Scalar;
        if (binary.ReturnsBool && !binary.Operator.IsComparison())
            throw Error(binary.OperatorRange, "bool modifier can only be used on comparison operators");
        if (binary.Operator.IsComparison() && !binary.ReturnsBool && isScalar)
            throw Error(binary.OperatorRange, "comparisons between scalars must use BOOL modifier");
        CheckIncluded(binary);
        CheckOperand(binary.Left);
        CheckOperand(binary.Right);
        bool isBetweenVectors = binary.Left.Type == ExprType.Vector && binary.Right.Type == ExprType.Vector;
        if (isBetweenVectors) CheckVectorMatching(binary);
        else CheckNoMatching(binary);
    }

    private static void CheckIncluded(BinaryExpr binary)
    {
        VectorMatching matching = binary.Matching!;
        if (!matching.IsOn) return;
        foreach (string label in matching.Labels)
        {
            if (!matching.Include.Contains(label)) continue;
            throw Error(
                binary.OperatorRange,
                $"label {Quoting.Quote(label)} must not occur in ON and GROUP clause at once");
        }
    }

    private static void CheckOperand(Expr operand)
    {
        if (operand.Type is not (ExprType.Scalar or ExprType.Vector))
            throw Error(operand.Range, "binary expression must contain only scalar and instant vector types");
    }

    private static void CheckNoMatching(BinaryExpr binary)
    {
        VectorMatching matching = binary.Matching!;
        if (matching.Labels.Count > 0)
            throw Error(binary.Range, "vector matching only allowed between instant vectors");
        if (matching.HasFill)
            throw Error(binary.Range, "filling in missing series only allowed between instant vectors");
        if (binary.Operator.IsSet())
        {
            throw Error(
                binary.Range,
                $"set operator {Quoting.Quote(binary.Operator.Symbol())} not allowed in binary scalar expression");
        }

        binary.Matching = null;
    }

    private static void CheckVectorMatching(BinaryExpr binary)
    {
        if (!binary.Operator.IsSet()) return;
        VectorMatching matching = binary.Matching!;
        if (matching.Cardinality != Cardinality.OneToOne)
        {
            throw Error(
                binary.Range, $"no grouping allowed for {Quoting.Quote(binary.Operator.Symbol())} operation");
        }

        if (matching.HasFill) throw Error(binary.Range, "filling in missing series not allowed for set operators");
        binary.Matching = matching with { Cardinality = Cardinality.ManyToMany };
    }

    private static ParseException Error(TextRange range, string message) => new(range, message);
}
