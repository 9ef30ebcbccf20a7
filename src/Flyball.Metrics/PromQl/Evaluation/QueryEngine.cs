using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Runs PromQL queries against a store. Thread-safe; each query runs on its caller's thread.</summary>
internal sealed class QueryEngine(QueryOptions options, TimeProvider time)
{
    public QueryOptions Options => options;

    /// <summary>An engine whose samples stand for their series for so long; this one for null.</summary>
    public QueryEngine LookingBack(TimeSpan? lookBack) => lookBack is { } given && given != options.Lookback
        ? new QueryEngine(options with { Lookback = given }, time)
        : this;

    /// <summary>Evaluates at one time, in Unix milliseconds.</summary>
    public QueryResult Instant(
        ISeriesStore store, string query, long atMs, CancellationToken cancellation = default) =>
        Count(Run(store, query, QueryTimes.At(atMs), cancellation));

    /// <summary>Evaluates from start to end, both inclusive, in Unix milliseconds, at each step.</summary>
    public QueryResult Range(
        ISeriesStore store, string query, long startMs, long endMs, long stepMs,
        CancellationToken cancellation = default)
    {
        if (stepMs <= 0) return Refuse("zero or negative query resolution step widths are not accepted");
        if (endMs >= startMs && (ulong)(endMs - startMs) / (ulong)stepMs >= (ulong)options.MaxSteps)
            return Refuse($"exceeded maximum resolution of {options.MaxSteps} points per timeseries");
        return Count(Run(store, query, new QueryTimes(startMs, endMs, stepMs), cancellation));
    }

    private static QueryResult Refuse(string reason) => Count(QueryResult.Failed(reason, QueryFailure.BadQuery));

    private static QueryResult Count(QueryResult result)
    {
        QueryMeter.Record(result);
        return result;
    }

    private QueryResult Run(ISeriesStore store, string query, QueryTimes times, CancellationToken cancellation)
    {
        ParseResult parsed = ExprParser.Parse(query, options.Features);
        if (!parsed.IsSuccess) return QueryResult.Failed(parsed.Error, QueryFailure.BadQuery);
        Expr expr = parsed.Expr;
        if (!times.IsInstant && expr.Type is not (ExprType.Scalar or ExprType.Vector))
        {
            return QueryResult.Failed(
                $"invalid expression type {Quoting.Quote(expr.Type.DocumentedName())} for range query, "
                + "must be Scalar or instant Vector",
                QueryFailure.BadQuery);
        }

        try
        {
            var planning = new QueryState(EmptySource.Instance, options, times, time, cancellation);
            (long min, long max) = SelectorSpan.Of(expr, planning);
            using ISeriesSource source = store.Open(min, max);
            var state = new QueryState(source, options, times, time, cancellation);
            return Describe(new QueryRun(state).Execute(expr), state, query);
        }
        catch (QueryException e)
        {
            return QueryResult.Failed(e.Message, e.Failure);
        }
        catch (OperationCanceledException)
        {
            return QueryResult.Failed("query was canceled in query execution", QueryFailure.Cancelled);
        }
    }

    private static QueryResult Describe(QueryResult result, QueryState state, string query) => result with
    {
        Warnings = state.Annotations.Warnings(query),
        Infos = state.Annotations.Infos(query),
        ReadSamples = state.ReadSamples,
        PeakSamples = state.PeakSamples,
    };
}
