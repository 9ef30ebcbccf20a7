using Flyball.Base.Work;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Queries;

/// <summary>Runs a user's query when its turn comes, within its time.</summary>
internal sealed class QueryRunner(
    MetricsOptions options, StoreHost host, QueryGate gate, QueryOptions standard, IWorkers workers, TimeProvider time)
{
    public QueryOptions Standard => standard;

    /// <summary>The most steps of a range query.</summary>
    public int StepsMax => options.QueryStepsMax;

    /// <summary>Waits for a turn and evaluates; the time of both counts.</summary>
    /// <exception cref="ApiRefusal">The query failed, or never had a turn.</exception>
    public async Task<(QueryResult Result, QueryTimings Timings)> RunAsync(
        QueryOptions limits, Func<QueryEngine, TimeSeriesStore, CancellationToken, QueryResult> evaluate,
        CancellationToken aborted)
    {
        long began = time.GetTimestamp();
        await EnterAsync(limits.Timeout, aborted);
        try
        {
            TimeSpan waited = time.GetElapsedTime(began);
            using StoreLease lease = host.TryEnter() ?? throw ApiRefusal.Unavailable(host.DescribeAbsence());
            var engine = new QueryEngine(limits with { Timeout = limits.Timeout - waited }, time);
            QueryResult result = await workers.RunAsync(() => evaluate(engine, lease.Store, aborted), aborted);
            if (!result.IsSuccess) throw ApiRefusal.Of(result);
            return (result, new QueryTimings(waited, time.GetElapsedTime(began) - waited));
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Reads what is no query, such as series and labels, under the same bounds.</summary>
    public async Task<T> ReadAsync<T>(Func<TimeSeriesStore, CancellationToken, T> read, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(standard.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        await EnterAsync(standard.Timeout, aborted);
        try
        {
            using StoreLease lease = host.TryEnter() ?? throw ApiRefusal.Unavailable(host.DescribeAbsence());
            return await workers.RunAsync(() => read(lease.Store, either.Token), aborted);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new ApiRefusal(ApiErrorKind.Timeout, $"reading took longer than {standard.Timeout.TotalSeconds} s");
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task EnterAsync(TimeSpan timeout, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        try
        {
            if (await gate.TryEnterAsync(either.Token)) return;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new ApiRefusal(ApiErrorKind.Timeout, "query timed out in query queue");
        }

        throw ApiRefusal.Unavailable(
            $"{options.QueriesMax} queries run and {options.QueriesWaitingMax} wait already; ask again later");
    }
}
