using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>
/// <c>and</c>, <c>or</c> and <c>unless</c>: keep samples by whether their group is present on the other side.
/// </summary>
internal sealed class SetOperation(BinaryExpr expr, QueryState state)
{
    private readonly SeriesMatching matching = new(expr.Matching!);

    public List<Column> Apply(List<Column> left, List<Column> right)
    {
        if (expr.Operator == BinaryOperator.Or)
        {
            Dictionary<Labels, bool[]> taken = PresenceOf(left);
            return [.. left, .. Keep(right, taken, keepsPresent: false)];
        }

        Dictionary<Labels, bool[]> present = PresenceOf(right);
        foreach (Column column in right) state.Recycle(column);
        return Keep(left, present, keepsPresent: expr.Operator == BinaryOperator.And);
    }

    private Dictionary<Labels, bool[]> PresenceOf(List<Column> columns)
    {
        var presence = new Dictionary<Labels, bool[]>();
        foreach (Column column in columns)
        {
            Labels key = matching.KeyOf(column.Labels);
            if (!presence.TryGetValue(key, out bool[]? steps))
                presence.Add(key, steps = new bool[column.Values.Length]);
            for (int step = 0; step < steps.Length; step++) steps[step] |= column.Has(step);
        }

        return presence;
    }

    private List<Column> Keep(List<Column> columns, Dictionary<Labels, bool[]> presence, bool keepsPresent)
    {
        var kept = new List<Column>(columns.Count);
        foreach (Column column in columns)
        {
            bool[]? present = presence.GetValueOrDefault(matching.KeyOf(column.Labels));
            bool any = false;
            for (int step = 0; step < column.Values.Length; step++)
            {
                bool isPresent = present is not null && present[step];
                if (isPresent != keepsPresent) column.Clear(step);
                else any |= column.Has(step);
            }

            if (any) kept.Add(column);
            else state.Recycle(column);
        }

        return kept;
    }
}
