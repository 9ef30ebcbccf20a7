using System.Text;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Printing;

/// <summary>
/// Writes an expression over several lines where one line would be longer than 100 characters, as Prometheus'
/// <c>format_query</c> does. Comments are not kept.
/// </summary>
internal static class PrettyPrinter
{
    private const int MaxLineLength = 100;

    public static string Print(Expr expr) => Print(expr, 0);

    private static string Print(Expr expr, int level)
    {
        string line = expr.ToString();
        if (line.Length <= MaxLineLength) return expr is SubqueryExpr ? line : Indent(level) + line;
        switch (expr)
        {
            case AggregateExpr aggregate:
                string parameter = aggregate.Parameter is null ? "" : Print(aggregate.Parameter, level + 1) + ",\n";
                return $"{Indent(level)}{ExprPrinter.AggregateHead(aggregate)}(\n{parameter}"
                    + $"{Print(aggregate.Inner, level + 1)}\n{Indent(level)})";
            case BinaryExpr binary:
                return $"{Print(binary.Left, level + 1)}\n{Indent(level)}{ExprPrinter.OperatorText(binary)}\n"
                    + Print(binary.Right, level + 1);
            case CallExpr call:
                IEnumerable<string> arguments = call.Arguments.Select(argument => Print(argument, level + 1));
                return $"{Indent(level)}{call.Function.Name}(\n{string.Join(",\n", arguments)}\n{Indent(level)})";
            case ParenExpr paren:
                return $"{Indent(level)}(\n{Print(paren.Inner, level + 1)}\n{Indent(level)})";
            case UnaryExpr unary:
                return Indent(level) + (unary.IsNegative ? '-' : '+') + Print(unary.Inner, level).Trim();
            case SubqueryExpr subquery:
                var suffix = new StringBuilder();
                SelectorPrinter.AppendSuffix(suffix, subquery);
                return Print(subquery.Inner, level) + suffix;
            default:
                return Indent(level) + line;
        }
    }

    private static string Indent(int level) => new(' ', level * 2);
}
