using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>
/// Reads the signals of all policies with one query each. Whatever fails is missing from the book and named in it;
/// nothing is thrown but cancellation.
/// </summary>
internal sealed class SignalReader(IMetricQuery metrics, SignalExpressions expressions, TimeProvider time)
{
    /// <summary>A store that does not answer is dead for this tick; the next one asks again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Queries of policies asked at the same time; the store has places for others, too.</summary>
    private const int AtOnceMax = 4;

    /// <summary>What gateways call the upstreams of routes beyond their bound.</summary>
    private const string SharedUpstream = "other";

    public async Task<SignalBook> ReadAsync(SignalNeeds needs, long atUnixMs, CancellationToken cancellation)
    {
        var book = new SignalBook();
        var names = needs.Workloads;
        if (needs.Has(ScaleSignal.Cpu))
            book.CpuCores = await AskAsync(expressions.Cpu(names), "allocation");
        if (needs.Has(ScaleSignal.Memory))
            book.MemoryBytes = await AskAsync(expressions.Memory(names), "allocation");
        if (needs.Has(ScaleSignal.Disk))
            book.DiskShare = await AskAsync(expressions.Disk, "node") ?? book.DiskShare;
        if (needs.Has(ScaleSignal.RequestsPerSecond))
            book.Requests = await AskAsync(expressions.Requests(names), "upstream");
        if (needs.Has(ScaleSignal.Concurrency))
            book.Concurrency = await AskAsync(expressions.Concurrency(names), "upstream");
        foreach (var quantile in needs.LatencyQuantiles)
            if (await AskAsync(expressions.Latency(quantile, names), "upstream") is { } known)
                book.Latency[quantile] = known;
        if (needs.Has(ScaleSignal.RequestsPerSecond) || needs.Has(ScaleSignal.Concurrency))
        {
            book.GatewaysReporting = (int)((await AskAsync(expressions.GatewaysReporting, ""))?.GetValueOrDefault("")
                ?? 0);
            book.GatewaysLeaveOut = (await AskAsync(expressions.GatewaysLeavingOut, ""))?.GetValueOrDefault("") > 0
                || (book.Requests ?? book.Concurrency)?.GetValueOrDefault(SharedUpstream) > 0;
        }
        foreach (var group in needs.Queries.Chunk(AtOnceMax))
        {
            var answers = await Task.WhenAll(
                group.Select(query => InstantAsync(query, atUnixMs, cancellation).AsTask()));
            for (var i = 0; i < group.Length; i++)
                Enter(group[i], answers[i], book);
        }
        return book;

        Task<IReadOnlyDictionary<string, double>?> AskAsync(string expression, string label) =>
            ReadRowsAsync(expression, label, book, atUnixMs, cancellation);
    }

    private async Task<IReadOnlyDictionary<string, double>?> ReadRowsAsync(
        string expression, string label, SignalBook book, long atUnixMs, CancellationToken cancellation)
    {
        var answer = await InstantAsync(expression, atUnixMs, cancellation);
        if (!answer.IsSuccess)
        {
            book.Failures[expression] = answer.Error;
            return null;
        }
        var rows = new Dictionary<string, double>(answer.Matrix.RowCount, StringComparer.Ordinal);
        for (var row = 0; row < answer.Matrix.RowCount; row++)
            if (answer.Matrix.Row(row) is [var value, ..] && double.IsFinite(value) && value >= 0)
                rows[answer.Matrix.Label(row, label)] = value;
        return rows;
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

    private async ValueTask<MetricAnswer> InstantAsync(string query, long atUnixMs, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await metrics.InstantAsync(query, atUnixMs, both.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            // A dead store may answer with anything; the scaler holds either way and says what it heard.
            var heard = patience.IsCancellationRequested ? "the metrics did not answer in time" : e.Message;
            return new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = heard };
        }
    }
}
