using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Printing;

/// <summary>Writes selectors and subqueries with their modifiers.</summary>
internal static class SelectorPrinter
{
    public static void Append(StringBuilder to, Expr expr)
    {
        switch (expr)
        {
            case VectorSelector selector:
                AppendBare(to, selector);
                AppendAt(to, selector.Shift);
                AppendExtended(to, selector);
                AppendOffset(to, selector.Shift);
                break;
            case MatrixSelector matrix:
                AppendBare(to, matrix.Selector);
                to.Append('[');
                AppendWidth(to, matrix.WidthMs, matrix.WidthExpr);
                to.Append(']');
                AppendExtended(to, matrix.Selector);
                AppendAt(to, matrix.Selector.Shift);
                AppendOffset(to, matrix.Selector.Shift);
                break;
            case SubqueryExpr subquery:
                ExprPrinter.Append(to, subquery.Inner);
                AppendSuffix(to, subquery);
                break;
            default:
                throw new ArgumentException($"BUG: no way to print a {expr.GetType().Name}.", nameof(expr));
        }
    }

    /// <summary>The brackets of a subquery and what follows them.</summary>
    public static void AppendSuffix(StringBuilder to, SubqueryExpr subquery)
    {
        to.Append('[');
        AppendWidth(to, subquery.WidthMs, subquery.WidthExpr);
        to.Append(':');
        if (subquery.StepMs != 0 || subquery.StepExpr is not null) AppendWidth(to, subquery.StepMs, subquery.StepExpr);
        to.Append(']');
        AppendAt(to, subquery.Shift);
        AppendOffset(to, subquery.Shift);
    }

    private static void AppendBare(StringBuilder to, VectorSelector selector)
    {
        to.Append(selector.Name);
        string[] matchers =
        [
            .. selector.Matchers.Where(matcher => !IsTheName(selector, matcher)).Select(matcher => matcher.ToString()),
        ];
        if (matchers.Length == 0)
        {
            if (selector.Name.Length == 0) to.Append("{}");
            return;
        }

        Array.Sort(matchers, ByteOrder.Instance);
        to.Append('{').AppendJoin(',', matchers).Append('}');
    }

    private static bool IsTheName(VectorSelector selector, LabelMatcher matcher) =>
        matcher is { Name: LabelNames.MetricName, Kind: MatchKind.Equal, Value.Length: > 0 }
        && matcher.Value == selector.Name;

    private static void AppendWidth(StringBuilder to, long ms, DurationExpr? expr)
    {
        if (expr is null) to.Append(Durations.Format(ms));
        else ExprPrinter.Append(to, expr);
    }

    private static void AppendAt(StringBuilder to, TimeShift shift)
    {
        if (shift.AtMs is { } at) to.Append(CultureInfo.InvariantCulture, $" @ {at / 1000.0:F3}");
        else if (shift.AtBoundary == AtBoundary.Start) to.Append(" @ start()");
        else if (shift.AtBoundary == AtBoundary.End) to.Append(" @ end()");
    }

    private static void AppendExtended(StringBuilder to, VectorSelector selector)
    {
        if (selector.IsAnchored) to.Append(" anchored");
        else if (selector.IsSmoothed) to.Append(" smoothed");
    }

    private static void AppendOffset(StringBuilder to, TimeShift shift)
    {
        if (!shift.HasOffset) return;
        to.Append(" offset ");
        AppendWidth(to, shift.OffsetMs, shift.OffsetExpr);
    }
}
