namespace Flyball.Gateway.Health;

/// <summary>How one try to get an answer from an endpoint ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>An answer below 500 was passed on.</summary>
    Answered,

    /// <summary>An answer of 500 or above was passed on.</summary>
    ServerError,

    /// <summary>The connection was refused: nothing listens there and nothing was done.</summary>
    Refused,

    /// <summary>No connection for another reason: no route, no answer within the connect time-out.</summary>
    Unreachable,

    /// <summary>Connected, but reset, closed or not HTTP before the answer's headers were complete.</summary>
    NoAnswer,

    /// <summary>No answer's headers within the route's time-out.</summary>
    TimedOut,

    /// <summary>No answer's headers within the time of one try; the route's has not passed.</summary>
    TryTimedOut,

    /// <summary>The answer's headers came, its body broke off.</summary>
    Truncated,

    /// <summary>The client hung up. Says nothing about the endpoint.</summary>
    ClientGone,

    /// <summary>
    /// The client's request was bad: too large, too slow, malformed. Says nothing about the endpoint.
    /// </summary>
    ClientFault,

    /// <summary>
    /// The gateway had no descriptor, memory or port to connect with. Says nothing about the endpoint.
    /// </summary>
    Exhausted,

    /// <summary>The gateway itself is at its end: it stops. Says nothing about the endpoint.</summary>
    Stopping,
}
