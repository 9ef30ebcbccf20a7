using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Printing;

/// <summary>Writes an expression on one line, in Prometheus' normal form.</summary>
internal static class ExprPrinter
{
    public static string Print(Expr expr)
    {
        var to = new StringBuilder();
        Append(to, expr);
        return to.ToString();
    }

    public static void Append(StringBuilder to, Expr expr)
    {
        switch (expr)
        {
            case NumberLiteral number:
                to.Append(number.IsDuration
                    ? Durations.Format(Durations.ToMs(number.Value))
                    : GoNumber.Long(number.Value));
                break;
            case StringLiteral text:
                Quoting.AppendQuoted(to, text.Value);
                break;
            case ParenExpr paren:
                to.Append('(');
                Append(to, paren.Inner);
                to.Append(')');
                break;
            case UnaryExpr unary:
                to.Append(unary.IsNegative ? '-' : '+');
                Append(to, unary.Inner);
                break;
            case BinaryExpr binary:
                Append(to, binary.Left);
                to.Append(' ').Append(OperatorText(binary)).Append(' ');
                Append(to, binary.Right);
                break;
            case AggregateExpr aggregate:
                to.Append(AggregateHead(aggregate)).Append('(');
                if (aggregate.Parameter is not null)
                {
                    Append(to, aggregate.Parameter);
                    to.Append(", ");
                }

                Append(to, aggregate.Inner);
                to.Append(')');
                break;
            case CallExpr call:
                AppendCall(to, call);
                break;
            case DurationExpr duration:
                AppendDuration(to, duration);
                break;
            default:
                SelectorPrinter.Append(to, expr);
                break;
        }
    }

    /// <summary>The operator with its modifiers: <c>== bool on (a) group_left (b)</c>.</summary>
    public static string OperatorText(BinaryExpr binary)
    {
        var to = new StringBuilder(binary.Operator.Symbol());
        if (binary.ReturnsBool) to.Append(" bool");
        if (binary.Matching is not { } matching) return to.ToString();
        bool isGrouped = matching.Cardinality is Cardinality.ManyToOne or Cardinality.OneToMany;
        if (matching.Labels.Count > 0 || matching.IsOn || isGrouped)
            AppendLabels(to, matching.IsOn ? " on" : " ignoring", matching.Labels);
        if (isGrouped)
        {
            string side = matching.Cardinality == Cardinality.ManyToOne ? " group_left" : " group_right";
            AppendLabels(to, side, matching.Include);
        }

        AppendFills(to, matching);
        return to.ToString();
    }

    /// <summary>The aggregation up to its parenthesis: <c>sum by (a) </c>.</summary>
    public static string AggregateHead(AggregateExpr aggregate)
    {
        var to = new StringBuilder(aggregate.Operator.Name());
        if (aggregate.IsWithout) AppendLabels(to, " without", aggregate.Grouping);
        else if (aggregate.Grouping.Count > 0) AppendLabels(to, " by", aggregate.Grouping);
        else return to.ToString();
        return to.Append(' ').ToString();
    }

    private static void AppendLabels(StringBuilder to, string word, IReadOnlyList<string> labels)
    {
        to.Append(word).Append(" (");
        for (int i = 0; i < labels.Count; i++)
        {
            if (i > 0) to.Append(", ");
            if (LabelNames.IsPlain(labels[i])) to.Append(labels[i]);
            else Quoting.AppendQuoted(to, labels[i]);
        }

        to.Append(')');
    }

    private static void AppendFills(StringBuilder to, VectorMatching matching)
    {
        if (matching.FillLeft is { } both && matching.FillRight is { } right && both.Equals(right))
        {
            to.Append(" fill (").Append(GoNumber.Long(both)).Append(')');
            return;
        }

        if (matching.FillLeft is { } left) to.Append(" fill_left (").Append(GoNumber.Long(left)).Append(')');
        if (matching.FillRight is { } fill) to.Append(" fill_right (").Append(GoNumber.Long(fill)).Append(')');
    }

    private static void AppendCall(StringBuilder to, CallExpr call)
    {
        to.Append(call.Function.Name).Append('(');
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            if (i > 0) to.Append(", ");
            Append(to, call.Arguments[i]);
        }

        to.Append(')');
    }

    private static void AppendDuration(StringBuilder to, DurationExpr duration)
    {
        if (duration.IsWrapped) to.Append('(');
        switch (duration.Operator)
        {
            case DurationOperator.Step:
                to.Append("step()");
                break;
            case DurationOperator.QueryRange:
                to.Append("range()");
                break;
            case DurationOperator.MinOf or DurationOperator.MaxOf:
                to.Append(duration.Operator == DurationOperator.MinOf ? "min_of(" : "max_of(");
                Append(to, duration.Left!);
                to.Append(", ");
                Append(to, duration.Right!);
                to.Append(')');
                break;
            default:
                AppendArithmetic(to, duration);
                break;
        }

        if (duration.IsWrapped) to.Append(')');
    }

    private static void AppendArithmetic(StringBuilder to, DurationExpr duration)
    {
        char symbol = "+-*/%^"[(int)duration.Operator];
        if (duration.Left is not null)
        {
            Append(to, duration.Left);
            to.Append(' ').Append(symbol).Append(' ');
        }
        else if (symbol == '-')
        {
            to.Append('-');
        }

        Append(to, duration.Right!);
    }
}
