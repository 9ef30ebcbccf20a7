using System.Diagnostics.Metrics;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// What the engine tells about itself: queries by outcome (refused ones by the bound they hit) and samples.
/// </summary>
internal static class QueryMeter
{
    private static readonly Meter Meter = new("Flyball.Metrics");

    private static readonly Counter<long> Queries = Meter.CreateCounter<long>(
        "flyball.metrics.queries", "{query}", "PromQL queries, by outcome.");

    private static readonly Counter<long> Samples = Meter.CreateCounter<long>(
        "flyball.metrics.query_samples", "{sample}", "Samples that queries read from storage.");

    public static void Record(QueryResult result)
    {
        string outcome = result.IsSuccess ? "success" : result.Failure switch
        {
            QueryFailure.BadQuery => "bad_query",
            QueryFailure.TooManySamples => "too_many_samples",
            QueryFailure.Timeout => "timeout",
            QueryFailure.Cancelled => "cancelled",
            _ => "error",
        };
        Queries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        Samples.Add(result.ReadSamples);
    }
}
