using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>
/// Reads the policies' own PromQL, within a bounded time a pass. Each workload has its turn before any has its second,
/// and who asked too slow an expression waits: a slow one is missing for its own workload, and for nobody else.
/// </summary>
internal sealed class ExpressionReader(PatientQuery metrics)
{
    /// <summary>As many as the metrics evaluate at a time, so that nobody's patience ends in another's queue.</summary>
    private const int AtOnceMax = 2;

    /// <summary>One expression may take this part of the time of all.</summary>
    private const double Share = 1.0 / 3;

    /// <summary>An expression that was too slow is asked again after 1, 2, 4, … passes.</summary>
    private const int AgainPassesMax = 16;

    private readonly Dictionary<string, Pause> slow = new(StringComparer.Ordinal);
    private long pass;

    public async Task ReadAsync(
        SignalNeeds needs, SignalBook book, long atUnixMs, TimeAllowance time, CancellationToken cancellation)
    {
        pass++;
        Forget(needs);
        var spent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in InTurns(needs).Chunk(AtOnceMax))
        {
            string[] asked = [.. group.Where(query => IsAsked(query, needs.Owners(query), spent, book, time))];
            var began = time.Begin();
            var wait = TimeSpan.FromTicks(Math.Min(time.Left.Ticks, (long)(time.Whole.Ticks * Share)));
            var answers = await Task.WhenAll(
                asked.Select(query => metrics.InstantAsync(query, atUnixMs, wait, cancellation)));
            time.Spend(began);
            for (var i = 0; i < asked.Length; i++)
            {
                Learn(asked[i], answers[i].IsSlow);
                if (answers[i].IsSlow)
                    spent.UnionWith(needs.Owners(asked[i]));
                Enter(asked[i], answers[i].Answer, book);
            }
        }
    }

    private bool IsAsked(
        string query, IReadOnlyCollection<string> owners, HashSet<string> spent, SignalBook book, TimeAllowance time)
    {
        if (Refusal(query, owners, spent, time) is not { } refusal)
            return true;
        book.Failures[query] = refusal;
        return false;
    }

    private void Learn(string query, bool isSlow)
    {
        if (!isSlow)
        {
            slow.Remove(query);
            return;
        }
        var passes = Math.Clamp(2 * slow.GetValueOrDefault(query).Passes, 1, AgainPassesMax);
        slow[query] = new Pause(passes, pass + passes);
    }

    private string? Refusal(
        string query, IReadOnlyCollection<string> owners, HashSet<string> spent, TimeAllowance time)
    {
        if (slow.TryGetValue(query, out var pause) && pass <= pause.UntilPass)
            return "was too slow, and is asked again later";
        if (owners.All(spent.Contains))
            return "is not asked now, because another of this workload's was too slow";
        return time.Left == TimeSpan.Zero ? "is not asked now: the time for policies' PromQL was used up" : null;
    }

    // Every workload's first, then every workload's second, and so on.
    private static IEnumerable<string> InTurns(SignalNeeds needs) => needs.QueriesOf
        .SelectMany(one => one.Value.Select((query, turn) => (query, turn)))
        .GroupBy(one => one.query, StringComparer.Ordinal)
        .Select(same => (Query: same.Key, Turn: same.Min(one => one.turn)))
        .OrderBy(one => one.Turn).ThenBy(one => one.Query, StringComparer.Ordinal)
        .Select(one => one.Query);

    private void Forget(SignalNeeds needs)
    {
        foreach (var gone in slow.Keys.Where(query => needs.Owners(query).Count == 0).ToArray())
            slow.Remove(gone);
    }

    // A policy's own PromQL must give one value: which one of several is meant, nobody but its author knows.
    private static void Enter(string query, MetricAnswer answer, SignalBook book)
    {
        if (!answer.IsSuccess)
            book.Failures[query] = answer.Error;
        else if (answer.Matrix.RowCount > 1)
            book.Failures[query] = $"gives {answer.Matrix.RowCount} series where one is needed: add sum() or max()";
        else if (answer.Matrix.RowCount == 1 && answer.Matrix.Row(0) is [var value, ..] && double.IsFinite(value))
            book.Queries[query] = value;
        else
            book.Failures[query] = "has no value";
    }

    private readonly record struct Pause(int Passes, long UntilPass);
}
