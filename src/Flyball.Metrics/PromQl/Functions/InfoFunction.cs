using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// <c>info</c>: adds labels of info metrics (such as <c>target_info</c>) to the series that have the same
/// <c>instance</c> and <c>job</c>.
/// </summary>
internal sealed class InfoFunction(Evaluator evaluator, QueryState state)
{
    private const string DefaultMetric = "target_info";

    private static readonly string[] Identifying = ["instance", "job"];

    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        List<Column> columns = evaluator.Evaluate(call.Arguments[0], grid);
        IReadOnlyList<LabelMatcher> given = call.Arguments.Count > 1
            ? ((VectorSelector)call.Arguments[1].Unwrap()).Matchers
            : [];
        IReadOnlyList<LabelMatcher> names = NameMatchers(given);
        LabelMatcher[] data = [.. given.Where(matcher => matcher.Name != LabelNames.MetricName)];
        List<Column> infos = Select(call, columns, names, data, grid);
        var joining = new InfoJoining(infos, data, Identifying, grid, state);
        var results = new List<Column>();
        foreach (Column column in columns)
        {
            if (IsInfo(column.Labels, names)) results.Add(column);
            else joining.Join(column, results);
        }

        foreach (Column column in ColumnMerging.Merge(results, state)) sink(column);
    }

    /// <summary>Which metrics give labels: as asked for; with only exclusions, all that end in _info.</summary>
    private static List<LabelMatcher> NameMatchers(IReadOnlyList<LabelMatcher> given)
    {
        List<LabelMatcher> names = [.. given.Where(matcher => matcher.Name == LabelNames.MetricName)];
        if (names.Count == 0) return [LabelMatcher.Equal(LabelNames.MetricName, DefaultMetric)];
        if (names.TrueForAll(matcher => matcher.IsNegative))
            names.Insert(0, LabelMatcher.Create(MatchKind.Matches, LabelNames.MetricName, ".+_info"));
        return names;
    }

    private static bool IsInfo(Labels labels, IReadOnlyList<LabelMatcher> names) =>
        names.All(matcher => matcher.Matches(labels.MetricName));

    private List<Column> Select(
        CallExpr call, List<Column> columns, IReadOnlyList<LabelMatcher> names, LabelMatcher[] data, StepGrid grid)
    {
        List<LabelMatcher> matchers = [.. Identities(columns, names), .. data, .. names];
        if (matchers.Count == data.Length + names.Count) return [];
        LookupTimes times = TimesOf(call.Arguments[0], grid);
        long last = times[times.Count - 1];
        var query = new SeriesQuery(times.FirstMs - state.LookbackMs + 1, last, matchers)
        {
            Function = "info",
            StepMs = grid.Count > 1 ? grid.IntervalMs : 0,
        };
        IReadOnlyList<ISeries> series = state.Source.Select(query, state.Cancellation);
        var infos = new List<Column>();
        InstantSelector.StreamSeries(series, times, InstantMode.InfoTimestamp, null, state, infos.Add);
        return infos;
    }

    /// <summary>A matcher on all values that an identifying label has.</summary>
    private static IEnumerable<LabelMatcher> Identities(List<Column> columns, IReadOnlyList<LabelMatcher> names)
    {
        foreach (string name in Identifying)
        {
            string[] values =
            [
                .. columns.Where(column => !IsInfo(column.Labels, names))
                    .Select(column => column.Labels.Get(name))
                    .Where(value => value.Length > 0)
                    .Distinct(StringComparer.Ordinal)
                    .Order(ByteOrder.Instance),
            ];
            if (values.Length == 0) continue;
            string pattern = string.Join('|', values.Select(QuoteForPattern));
            yield return LabelMatcher.Create(MatchKind.Matches, name, pattern);
        }
    }

    private static string QuoteForPattern(string value) =>
        string.Concat(value.Select(c => @"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}"));

    /// <summary>
    /// Info metrics are looked up at the times of the first selector within the argument, with the modifiers that
    /// apply to it.
    /// </summary>
    private LookupTimes TimesOf(Expr expr, StepGrid grid)
    {
        var path = new List<TimeShift>();
        FindFirstSelector(expr, path);
        long offset = 0;
        TimeShift? anchor = null;
        for (int i = path.Count - 1; i >= 0 && anchor is null; i--)
        {
            offset += DurationExpressions.OffsetMs(path[i], state);
            if (path[i].IsFixed) anchor = path[i];
        }

        if (anchor is null)
            return new LookupTimes(grid.StartMs - offset, grid.IntervalMs, grid.Count, state.LookbackMs);
        long at = SeriesSelection.ReferenceTime(anchor, 0, state) + DurationExpressions.OffsetMs(anchor, state);
        return new LookupTimes(at - offset, 0, grid.Count, state.LookbackMs);
    }

    private static bool FindFirstSelector(Expr expr, List<TimeShift> path)
    {
        if (expr is VectorSelector selector)
        {
            path.Add(selector.Shift);
            return true;
        }

        if (expr is SubqueryExpr subquery) path.Add(subquery.Shift);
        foreach (Expr child in expr.Children)
        {
            if (FindFirstSelector(child, path)) return true;
        }

        if (expr is SubqueryExpr) path.RemoveAt(path.Count - 1);
        return false;
    }
}
