namespace Flyball.Metrics.Api.Queries;

/// <summary>How long a query waited for its turn, and how long it ran.</summary>
internal readonly record struct QueryTimings(TimeSpan Waited, TimeSpan Evaluated);
