using System.Text.RegularExpressions;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// Runs one evaluation. An instant query is also run as a range query around its time, and with that time fixed by
/// <c>@</c> at other times: all must give the same.
/// </summary>
internal sealed partial class EvalRunner(QueryEngine engine, MemoryStore store)
{
    private const long MinuteMs = 60_000;

    /// <summary>How the evaluation differs from what was expected; null when it does not.</summary>
    public string? Run(EvalCommand command)
    {
        if (!command.Times.IsInstant) return RunRange(command);
        foreach ((string query, long atMs) in Variants(command))
        {
            if (RunInstant(command, query, atMs) is not { } difference) continue;
            return query == command.Expression && atMs == command.Times.StartMs
                ? difference
                : $"{difference} [as {query} at {atMs} ms]";
        }

        return null;
    }

    private string? RunRange(EvalCommand command)
    {
        QueryTimes times = command.Times;
        QueryResult result = engine.Range(store, command.Expression, times.StartMs, times.EndMs, times.StepMs);
        string? failure = CheckOutcome(command, result, out bool isDone);
        return failure is not null || isDone ? failure : ResultComparison.Compare(command, result);
    }

    private string? RunInstant(EvalCommand command, string query, long atMs)
    {
        QueryResult result = engine.Instant(store, query, atMs);
        if (CheckOutcome(command, result, out bool isDone) is { } failure) return failure;
        if (isDone) return null;
        if (ResultComparison.Compare(command, result) is { } difference) return difference;
        bool isOnlyInstant = command.RangeTimes is not null || command.Text is not null
            || TimeFunctions().IsMatch(query);
        return isOnlyInstant ? null : RunAround(command, query, atMs, result.Type);
    }

    private string? RunAround(EvalCommand command, string query, long atMs, ExprType type)
    {
        QueryResult result = engine.Range(store, query, atMs - MinuteMs, atMs + MinuteMs, MinuteMs);
        if (!result.IsSuccess) return $"as a range query: {result.Error}";
        if (command.IsOrdered) return null;
        List<ResultSeries> atTime = [];
        foreach (ResultSeries series in result.Series)
        {
            int index = Array.IndexOf(series.TimesMs, atMs);
            if (index >= 0) atTime.Add(new ResultSeries(series.Labels, [atMs], [series.Samples[index]]));
        }

        string? difference = type == ExprType.Scalar
            ? ResultComparison.CompareScalar(command, atTime[0].Samples[0].Value)
            : ResultComparison.CompareVector(command, atTime, checkOrder: false);
        return difference is null ? null : "as a range query: " + difference;
    }

    /// <summary>Checks errors and annotations; done when an expected error came.</summary>
    private static string? CheckOutcome(EvalCommand command, QueryResult result, out bool isDone)
    {
        isDone = !result.IsSuccess;
        if (!result.IsSuccess)
        {
            if (!command.MayFail) return $"failed: {result.Error}";
            Expectation expected = command.Of(ExpectationKind.Fail).First();
            return expected.Matches(result.Error) ? null : $"expected error {expected}, got {result.Error}";
        }

        if (command.MayFail) return "expected an error, got none";
        return CheckAnnotations(command, ExpectationKind.Warn, ExpectationKind.NoWarn, result.Warnings)
            ?? CheckAnnotations(command, ExpectationKind.Info, ExpectationKind.NoInfo, result.Infos);
    }

    private static string? CheckAnnotations(
        EvalCommand command, ExpectationKind wanted, ExpectationKind unwanted, IReadOnlyList<string> actual)
    {
        string name = wanted == ExpectationKind.Warn ? "warning" : "info";
        if (command.Has(unwanted) && actual.Count > 0) return $"unexpected {name}: {actual[0]}";
        Expectation[] expected = [.. command.Of(wanted)];
        foreach (Expectation one in expected)
        {
            if (!actual.Any(one.Matches))
                return $"expected {name} {one}, got {(actual.Count == 0 ? "none" : string.Join("; ", actual))}";
        }

        if (expected.Length == 0) return null;
        string? extra = actual.FirstOrDefault(text => !Array.Exists(expected, one => one.Matches(text)));
        return extra is null ? null : $"unexpected {name}: {extra}";
    }

    private IEnumerable<(string Query, long AtMs)> Variants(EvalCommand command)
    {
        long at = command.Times.StartMs;
        yield return (command.Expression, at);
        ParseResult parsed = ExprParser.Parse(command.Expression, engine.Options.Features);
        if (!parsed.IsSuccess || !TryFix(parsed.Expr, at)) yield break;
        string query = parsed.Expr.ToString();
        long[] others = at == 0 ? [-1000, 0, 1000] : [-10 * at, 0, at / 5, at, 10 * at];
        foreach (long other in others) yield return (query, other);
    }

    /// <summary>Fixes the time of all selectors; false when the expression also looks at the time itself.</summary>
    private static bool TryFix(Expr expr, long atMs)
    {
        switch (expr)
        {
            case VectorSelector selector:
                selector.Shift.AtMs ??= atMs;
                return true;
            case MatrixSelector matrix:
                matrix.Selector.Shift.AtMs ??= atMs;
                return true;
            case SubqueryExpr subquery:
                // What is inside moves with the subquery.
                subquery.Shift.AtMs ??= atMs;
                return !ContainsTimeFunction(subquery.Inner);
            case CallExpr call when Invariance.LooksAtStep(call.Function.Name):
                return false;
            default:
                bool isFixed = true;
                foreach (Expr child in expr.Children) isFixed &= TryFix(child, atMs);
                return isFixed;
        }
    }

    private static bool ContainsTimeFunction(Expr expr) =>
        expr is CallExpr call && Invariance.LooksAtStep(call.Function.Name) || expr.Children.Any(ContainsTimeFunction);

    [GeneratedRegex(@"(start|end|range|step)\(\)")]
    private static partial Regex TimeFunctions();
}
