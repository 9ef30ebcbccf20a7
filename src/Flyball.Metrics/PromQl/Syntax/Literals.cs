namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>A number, or a duration in seconds.</summary>
internal sealed class NumberLiteral(double value, TextRange range, bool isDuration = false) : Expr
{
    public double Value => value;

    /// <summary>Whether it was written as a duration and prints as one.</summary>
    public bool IsDuration => isDuration;

    public override TextRange Range => range;

    public override ExprType Type => ExprType.Scalar;
}

/// <summary>A string.</summary>
internal sealed class StringLiteral(string value, TextRange range) : Expr
{
    public string Value => value;

    public override TextRange Range => range;

    public override ExprType Type => ExprType.String;
}
