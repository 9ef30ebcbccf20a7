using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.Tests.PromQl;

/// <summary>Queries that end when the test is cancelled.</summary>
internal static class Queries
{
    public static QueryResult AtTime(this QueryEngine engine, ISeriesStore store, string query, long atMs) =>
        engine.Instant(store, query, atMs, TestContext.Current.CancellationToken);

    public static QueryResult Over(
        this QueryEngine engine, ISeriesStore store, string query, long startMs, long endMs, long stepMs) =>
        engine.Range(store, query, startMs, endMs, stepMs, TestContext.Current.CancellationToken);
}
