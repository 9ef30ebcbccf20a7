namespace Flyball.Metrics.Api.Answers;

/// <summary>The kinds of errors that Prometheus' HTTP API tells apart, each with its status code.</summary>
internal enum ApiErrorKind
{
    /// <summary>A parameter or an expression is wrong: 400.</summary>
    BadData,

    /// <summary>The query ran too long: 503.</summary>
    Timeout,

    /// <summary>The client gave up: 499.</summary>
    Canceled,

    /// <summary>The query cannot be carried out on this data: 422.</summary>
    Execution,

    /// <summary>A bug: 500.</summary>
    Internal,

    /// <summary>Not now: 503.</summary>
    Unavailable,

    /// <summary>No such thing: 404.</summary>
    NotFound,
}
