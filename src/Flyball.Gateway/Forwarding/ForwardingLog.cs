using Flyball.Gateway.Health;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Forwarding;

/// <summary>What is logged about requests that went wrong, on both paths.</summary>
internal static partial class ForwardingLog
{
    [LoggerMessage(3031, LogLevel.Debug, "Route {Route}: a try at {Endpoint} ended as {Outcome}")]
    public static partial void TryFailed(
        ILogger logger, string route, string endpoint, AttemptOutcome outcome, Exception? reason);

    [LoggerMessage(3032, LogLevel.Debug, "Route {Route}: the client hung up")]
    public static partial void ClientGone(ILogger logger, string route);

    [LoggerMessage(3033, LogLevel.Warning, "Route {Route}: {Service} failed a request ({Outcome}, tries: {Tries})")]
    public static partial void Failed(ILogger logger, string route, string service, AttemptOutcome outcome, int tries);
}
