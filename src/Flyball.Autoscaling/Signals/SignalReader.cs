using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>
/// Reads the platform's own signals for all policies, with one query each. Whatever fails is missing from the book and
/// named in it; nothing is thrown but cancellation.
/// </summary>
internal sealed class SignalReader(PatientQuery metrics, SignalExpressions expressions)
{
    public async Task<SignalBook> ReadAsync(
        SignalNeeds needs, long atUnixMs, TimeAllowance time, CancellationToken cancellation)
    {
        var book = new SignalBook();
        var names = needs.Workloads;
        if (needs.Has(ScaleSignal.Cpu))
            book.CpuCores = await AskAsync(ScaleSignal.Cpu, expressions.Cpu(names), "allocation");
        if (needs.Has(ScaleSignal.Memory))
            book.MemoryBytes = await AskAsync(ScaleSignal.Memory, expressions.Memory(names), "allocation");
        if (needs.Has(ScaleSignal.Disk))
            book.DiskShare = await AskAsync(ScaleSignal.Disk, expressions.Disk, "node") ?? book.DiskShare;
        // Requests tell whether what the gateways count is here at all: they are asked for with the concurrency, too.
        var asksGateways = needs.Has(ScaleSignal.RequestsPerSecond) || needs.Has(ScaleSignal.Concurrency);
        if (asksGateways)
            book.Requests = await AskAsync(
                ScaleSignal.RequestsPerSecond, expressions.Requests(names), "upstream");
        if (needs.Has(ScaleSignal.Concurrency))
            book.Concurrency = await AskAsync(ScaleSignal.Concurrency, expressions.Concurrency(names), "upstream");
        foreach (var quantile in needs.LatencyQuantiles)
            if (await AskAsync(ScaleSignal.Latency, expressions.Latency(quantile, names), "upstream") is { } known)
                book.Latency[quantile] = known;
        if (asksGateways)
        {
            book.GatewaysCounting = await AskAsync(
                ScaleSignal.RequestsPerSecond, expressions.GatewaysCounting(names), "upstream");
            var leftOut = await AskAsync(ScaleSignal.RequestsPerSecond, expressions.GatewaysLeavingOut, "");
            // No number is no proof that nothing was left out.
            book.GatewaysLeaveOut = !(leftOut?.GetValueOrDefault("") <= 0);
        }
        return book;

        async Task<IReadOnlyDictionary<string, double>?> AskAsync(ScaleSignal signal, string expression, string label)
        {
            var began = time.Begin();
            var (answer, _) = await metrics.InstantAsync(expression, atUnixMs, time.Left, cancellation);
            time.Spend(began);
            if (answer.IsSuccess)
                return Rows(answer.Matrix, label);
            book.SignalFailures[signal] = answer.Error;
            return null;
        }
    }

    // What is no number, or below zero, is there and not known: NaN. Nobody may take it for nothing.
    private static Dictionary<string, double> Rows(MetricMatrix matrix, string label)
    {
        var rows = new Dictionary<string, double>(matrix.RowCount, StringComparer.Ordinal);
        for (var row = 0; row < matrix.RowCount; row++)
            if (matrix.Row(row) is [var value, ..] && !MetricMatrix.IsAbsent(value))
                rows[matrix.Label(row, label)] = double.IsFinite(value) && value >= 0 ? value : double.NaN;
        return rows;
    }
}
