namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>
/// A node of the syntax tree. The parser sets modifiers on selectors while it reads; after parsing nothing changes.
/// </summary>
internal abstract class Expr
{
    /// <summary>Where the expression stands in the query.</summary>
    public abstract TextRange Range { get; }

    public abstract ExprType Type { get; }

    /// <summary>
    /// The expressions directly below, in the order they are written (an aggregation's parameter last).
    /// </summary>
    public virtual IEnumerable<Expr> Children => [];

    /// <summary>The query text that parses to this expression again, on one line.</summary>
    public override string ToString() => Printing.ExprPrinter.Print(this);

    /// <summary>This expression without the parentheses around it.</summary>
    public Expr Unwrap()
    {
        Expr inner = this;
        while (inner is ParenExpr paren) inner = paren.Inner;
        return inner;
    }
}
