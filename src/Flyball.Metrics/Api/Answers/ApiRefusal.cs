using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Api.Answers;

/// <summary>
/// Ends a request with an error answer. Thrown by the steps of a handler and caught in one place,
/// <see cref="ApiHandler"/>: it never leaves the HTTP layer.
/// </summary>
internal sealed class ApiRefusal(ApiErrorKind kind, string message) : Exception(message)
{
    /// <summary>nginx' word for a client that hung up; Prometheus uses it too.</summary>
    private const int ClientClosedRequest = 499;

    public ApiErrorKind Kind => kind;

    /// <summary>The word in the answer's <c>errorType</c>.</summary>
    public string Word => kind switch
    {
        ApiErrorKind.BadData => "bad_data",
        ApiErrorKind.Timeout => "timeout",
        ApiErrorKind.Canceled => "canceled",
        ApiErrorKind.Execution => "execution",
        ApiErrorKind.Unavailable => "unavailable",
        ApiErrorKind.NotFound => "not_found",
        _ => "internal",
    };

    public int Status => kind switch
    {
        ApiErrorKind.BadData => 400,
        ApiErrorKind.NotFound => 404,
        ApiErrorKind.Execution => 422,
        ApiErrorKind.Canceled => ClientClosedRequest,
        ApiErrorKind.Timeout or ApiErrorKind.Unavailable => 503,
        _ => 500,
    };

    /// <summary>A parameter that is missing or wrong.</summary>
    public static ApiRefusal Parameter(string name, string problem) =>
        new(ApiErrorKind.BadData, $"invalid parameter \"{name}\": {problem}");

    public static ApiRefusal Unavailable(string reason) => new(ApiErrorKind.Unavailable, reason);

    /// <summary>What a failed query answers.</summary>
    public static ApiRefusal Of(QueryResult failed) => new(
        failed.Failure switch
        {
            QueryFailure.BadQuery => ApiErrorKind.BadData,
            QueryFailure.Timeout => ApiErrorKind.Timeout,
            QueryFailure.Cancelled => ApiErrorKind.Canceled,
            _ => ApiErrorKind.Execution,
        },
        failed.Failure == QueryFailure.BadQuery ? $"invalid parameter \"query\": {failed.Error}" : failed.Error!);
}
