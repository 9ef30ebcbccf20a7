namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>What an expression evaluates to.</summary>
internal enum ExprType : byte
{
    None,
    Scalar,
    Vector,
    Matrix,
    String,
}
