using Flyball.Contracts.Metrics;

namespace Flyball.Apis.Usage;

/// <summary>Reads from the metrics what consumers used; the gateways count it.</summary>
internal sealed class ConsumerUsage(IMetricQuery metrics, TimeProvider time)
{
    /// <summary>The longest range that is answered.</summary>
    public static readonly TimeSpan RangeMax = TimeSpan.FromDays(90);

    public static readonly TimeSpan RangeDefault = TimeSpan.FromDays(1);

    /// <summary>
    /// Values of each counter that are looked at: what a gateway counted is lost when it starts twice between two.
    /// </summary>
    private const int StepsMax = 120;

    /// <summary>The gateways report so often.</summary>
    private static readonly TimeSpan StepMin = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookBackMin = TimeSpan.FromMinutes(5);

    /// <param name="range">Up to now.</param>
    /// <param name="keep">Which rows are wanted.</param>
    /// <param name="cancellation">Ends the queries.</param>
    public async Task<UsageAnswer> ReadAsync(
        TimeSpan range, Func<UsageRow, bool> keep, CancellationToken cancellation)
    {
        DateTimeOffset to = time.GetUtcNow();
        TimeSpan step = range / StepsMax > StepMin ? range / StepsMax : StepMin;
        var rows = new SortedDictionary<(string, string, string), UsageRow>();
        var span = new Span(to - range, to, step);
        string? problem =
            await SumAsync("flyball_gateway_consumer_requests_total", span, rows, AddRequests, cancellation)
            ?? await SumAsync("flyball_gateway_consumer_received_bytes_total", span, rows,
                (row, _, value) => row.ReceivedBytes += value, cancellation)
            ?? await SumAsync("flyball_gateway_consumer_sent_bytes_total", span, rows,
                (row, _, value) => row.SentBytes += value, cancellation)
            ?? await SeenAsync(span, rows, cancellation);
        return new UsageAnswer(
            to - range, to,
            [
                .. rows.Values.Where(row => row.Requests > 0 && keep(row)).OrderByDescending(row => row.Requests)
                    .ThenBy(row => row.Consumer, StringComparer.Ordinal)
                    .ThenBy(row => row.Route, StringComparer.Ordinal),
            ],
            problem);
    }

    private static void AddRequests(UsageRow row, string status, long value)
    {
        row.Requests += value;
        if (value > 0) row.ByStatus[status] = row.ByStatus.GetValueOrDefault(status) + value;
    }

    private async Task<string?> SumAsync(
        string counter, Span span, SortedDictionary<(string, string, string), UsageRow> rows,
        Action<UsageRow, string, long> add, CancellationToken cancellation)
    {
        MetricAnswer answer = await metrics.RangeAsync(
            counter, span.From.ToUnixTimeMilliseconds(), span.To.ToUnixTimeMilliseconds(), span.Step, span.LookBack,
            cancellation);
        if (!answer.IsSuccess) return answer.Error;
        for (int row = 0; row < answer.Matrix.RowCount; row++)
            add(RowOf(rows, answer.Matrix, row), answer.Matrix.Label(row, "status"),
                (long)Math.Round(CounterSum.Of(answer.Matrix.Row(row))));
        return null;
    }

    private async Task<string?> SeenAsync(
        Span span, SortedDictionary<(string, string, string), UsageRow> rows, CancellationToken cancellation)
    {
        var seconds = (long)(span.To - span.From).TotalSeconds;
        MetricAnswer answer = await metrics.InstantAsync(
            FormattableString.Invariant($"""
                max by (consumer, route, upstream)
                (max_over_time(flyball_gateway_consumer_last_request_time_seconds[{seconds}s]))
                """),
            span.To.ToUnixTimeMilliseconds(), cancellation);
        if (!answer.IsSuccess) return answer.Error;
        for (int row = 0; row < answer.Matrix.RowCount; row++)
        {
            double at = answer.Matrix.Row(row)[0];
            if (!MetricMatrix.IsAbsent(at) && at > 0)
                RowOf(rows, answer.Matrix, row).LastSeen = DateTimeOffset.FromUnixTimeSeconds((long)at);
        }

        return null;
    }

    private static UsageRow RowOf(
        SortedDictionary<(string, string, string), UsageRow> rows, MetricMatrix matrix, int row)
    {
        var key = (matrix.Label(row, "consumer"), matrix.Label(row, "route"), matrix.Label(row, "upstream"));
        if (!rows.TryGetValue(key, out UsageRow? found))
            rows.Add(key, found = new UsageRow { Consumer = key.Item1, Route = key.Item2, Workload = key.Item3 });
        return found;
    }

    private readonly record struct Span(DateTimeOffset From, DateTimeOffset To, TimeSpan Step)
    {
        /// <summary>
        /// A gateway that was there between two moments only has its newest value at the second: with the metrics' own
        /// 5 minutes it would be missing where moments are further apart.
        /// </summary>
        public TimeSpan LookBack => Step > LookBackMin ? Step : LookBackMin;
    }
}
