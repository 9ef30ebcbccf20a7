using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>
/// An operator between two vectors. Series are matched once; each pair is then computed over all steps. What only one
/// step shows (two series of the "one" side at the same time) is looked for only where it can happen.
/// </summary>
internal sealed class VectorOperation(BinaryExpr expr, StepGrid grid, QueryState state)
{
    private readonly VectorMatching rules = expr.Matching!;
    private readonly SeriesMatching matching = new(expr.Matching!);
    private readonly SampleOperators operators = new(expr, state);
    private readonly List<Column> results = [];

    private readonly bool changesMetric =
        expr.Operator <= BinaryOperator.Atan2 || (expr.ReturnsBool && !state.Options.DelayedNameRemoval);

    private bool IsSwapped => rules.Cardinality == Cardinality.OneToMany;

    public List<Column> Apply(List<Column> left, List<Column> right)
    {
        List<Column> many = IsSwapped ? right : left, one = IsSwapped ? left : right;
        if ((many.Count == 0 || one.Count == 0) && !rules.HasFill) return [];
        Dictionary<Labels, List<Column>> ones = matching.Group(one);
        Dictionary<Labels, List<Column>> manys = matching.Group(many);
        bool[]? manyPresent = ones.Values.Any(group => group.Count > 1) ? PresenceOf(many) : null;
        foreach ((Labels key, List<Column> group) in ones)
        {
            if (group.Count > 1) CheckUnique(key, group, manyPresent!);
        }

        foreach ((Labels key, List<Column> group) in manys)
            ApplyGroup(key, group, ones.GetValueOrDefault(key) ?? []);
        if (rules.FillLeft is { } fill)
        {
            foreach ((Labels key, List<Column> group) in ones)
            {
                if (!manys.ContainsKey(key)) FillMany(key, group, fill, matched: null);
            }
        }

        return results;
    }

    private bool[] PresenceOf(List<Column> columns)
    {
        var present = new bool[grid.Count];
        foreach (Column column in columns)
        {
            for (int step = 0; step < present.Length; step++) present[step] |= column.Has(step);
        }

        return present;
    }

    private void CheckUnique(Labels key, List<Column> group, bool[] manyPresent)
    {
        for (int step = 0; step < grid.Count; step++)
        {
            if (!manyPresent[step] && !rules.HasFill) continue;
            Column? first = null;
            foreach (Column column in group)
            {
                if (!column.Has(step)) continue;
                if (first is not null) throw Duplicate(key, first.Labels.ToString(), column.Labels.ToString());
                first = column;
            }
        }
    }

    private QueryException Duplicate(Labels key, string one, string two)
    {
        if (string.CompareOrdinal(one, two) > 0) (one, two) = (two, one);
        string side = IsSwapped ? "left" : "right";
        return new QueryException(
            $"found duplicate series for the match group {key} on the {side} hand-side of the operation: "
            + $"[{one}, {two}];many-to-many matching not allowed: matching labels must be unique on one side");
    }

    private void ApplyGroup(Labels key, List<Column> many, List<Column> ones)
    {
        bool[]? matched = rules.FillLeft is null ? null : new bool[grid.Count];
        var occupancy = new Occupancy(rules.Cardinality == Cardinality.OneToOne, many.Count, grid.Count);
        foreach (Column column in many)
        {
            bool[]? unfilled = rules.FillRight is null ? null : new bool[grid.Count];
            if (unfilled is not null)
            {
                for (int step = 0; step < unfilled.Length; step++) unfilled[step] = column.Has(step);
            }

            foreach (Column other in ones) ApplyPair(column, other, occupancy, matched, unfilled);
            if (unfilled is not null) FillOne(column, key, rules.FillRight!.Value, occupancy, matched, unfilled);
        }

        if (matched is not null) FillMany(key, ones, rules.FillLeft!.Value, matched);
    }

    private void ApplyPair(Column many, Column one, Occupancy occupancy, bool[]? matched, bool[]? unfilled)
    {
        Column? result = null;
        Labels labels = matching.ResultLabels(many.Labels, one.Labels, changesMetric);
        for (int step = 0; step < grid.Count; step++)
        {
            if (!many.Has(step) || !one.Has(step)) continue;
            if (unfilled is not null) unfilled[step] = false;
            Compute(ref result, labels, many.At(step), one.At(step), step, occupancy, matched);
        }

        if (result is not null) results.Add(result);
    }

    private void FillOne(
        Column many, Labels key, double fill, Occupancy occupancy, bool[]? matched, bool[] unfilled)
    {
        Column? result = null;
        Labels labels = matching.ResultLabels(many.Labels, key, changesMetric);
        for (int step = 0; step < grid.Count; step++)
        {
            if (unfilled[step]) Compute(ref result, labels, many.At(step), new Sample(fill), step, occupancy, matched);
        }

        if (result is not null) results.Add(result);
    }

    private void FillMany(Labels key, List<Column> ones, double fill, bool[]? matched)
    {
        var occupancy = new Occupancy(rules.Cardinality == Cardinality.OneToOne, ones.Count, grid.Count);
        foreach (Column one in ones)
        {
            Column? result = null;
            Labels labels = matching.ResultLabels(key, one.Labels, changesMetric);
            for (int step = 0; step < grid.Count; step++)
            {
                if (!one.Has(step) || (matched is not null && matched[step])) continue;
                Compute(ref result, labels, new Sample(fill), one.At(step), step, occupancy, null);
            }

            if (result is not null) results.Add(result);
        }
    }

    private void Compute(
        ref Column? result, Labels labels, Sample many, Sample one, int step, Occupancy occupancy, bool[]? matched)
    {
        Sample? value = IsSwapped
            ? operators.Apply(one, many, out bool holds)
            : operators.Apply(many, one, out holds);
        if (value is null) return;
        occupancy.Take(labels, step);
        if (matched is not null) matched[step] = true;
        if (!holds && !expr.ReturnsBool) return;
        result ??= NewResult(labels);
        result.Set(step, expr.ReturnsBool ? new Sample(holds ? 1 : 0) : value.Value);
    }

    private Column NewResult(Labels labels)
    {
        Column column = state.NewColumn(labels, grid.Count);
        column.DropsName = expr.ReturnsBool;
        return column;
    }
}
