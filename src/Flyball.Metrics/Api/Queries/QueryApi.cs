using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.PromQl.Evaluation;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Queries;

/// <summary><c>query</c> and <c>query_range</c>.</summary>
internal sealed class QueryApi(QueryRunner runner, TimeProvider time)
{
    public async Task InstantAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        long at = parameters.TimeOrNull("time") ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        int limit = parameters.Limit();
        QueryOptions limits = QueryLimits.Of(parameters, runner.Standard);
        string query = parameters.Text("query");
        (QueryResult result, QueryTimings timings) = await runner.RunAsync(
            limits, (engine, store, cancellation) => engine.Instant(store, query, at, cancellation),
            context.RequestAborted);
        await QueryAnswer.SendAsync(context, new QueryAnswer(result, at, limit, Stats(parameters, timings)));
    }

    public async Task RangeAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        long start = parameters.Time("start");
        long end = parameters.Time("end");
        if (end < start) throw ApiRefusal.Parameter("end", "the end must not be before the start");
        TimeSpan step = parameters.DurationOrNull("step") ?? throw ApiRefusal.Parameter("step", "a duration is needed");
        long stepMs = (long)step.TotalMilliseconds;
        if (stepMs <= 0) throw ApiRefusal.Parameter("step", "it must be at least a millisecond");
        if ((end - start) / stepMs > runner.StepsMax)
        {
            throw new ApiRefusal(
                ApiErrorKind.BadData, $"more than {runner.StepsMax} points per series: ask for a larger step");
        }

        int limit = parameters.Limit();
        QueryOptions limits = QueryLimits.Of(parameters, runner.Standard);
        string query = parameters.Text("query");
        (QueryResult result, QueryTimings timings) = await runner.RunAsync(
            limits, (engine, store, cancellation) => engine.Range(store, query, start, end, stepMs, cancellation),
            context.RequestAborted);
        await QueryAnswer.SendAsync(context, new QueryAnswer(result, end, limit, Stats(parameters, timings)));
    }

    private static QueryTimings? Stats(ApiParameters parameters, QueryTimings timings) =>
        parameters.Text("stats").Length > 0 ? timings : null;
}
