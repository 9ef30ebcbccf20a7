namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Ends an evaluation with an error for the user; never leaves the engine.</summary>
internal sealed class QueryException(string message, QueryFailure failure = QueryFailure.Execution)
    : Exception(message)
{
    public QueryFailure Failure => failure;

    public static QueryException SameLabels() => new("vector cannot contain metrics with the same labelset");
}
