using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Forwarding;

/// <summary>Which answer a failure gets and what it says; the same on both paths.</summary>
internal static class FailureWords
{
    public const string Loop = "A route leads back to the gateway itself.";

    public static string NoRoute(RoutingTable table, string host, string path)
    {
        string which = host.Length == 0
            ? "This request names no host"
            : $"Nothing is routed for '{host}{path}'";
        return table.RouteCount == 0
            ? which + ": there are no routes yet. Give a service 'x-route' in its Compose file and apply it."
            : which + ". 'flyball routes' lists what is.";
    }

    public static string BodyTooLarge(long bytesMax) => $"At most {bytesMax} bytes are taken here.";

    public static string NoEndpoint(Upstream upstream, EndpointSet endpoints)
    {
        string what = upstream.Port is { } port ? $"{upstream.Service} (port {port})" : upstream.Service;
        if (endpoints.All.Length == 0) return $"{what} has no running instance.";
        int draining = endpoints.All.Count(endpoint => endpoint.IsDraining);
        return $"Of {endpoints.All.Length} instances of {what} {draining} are being stopped "
            + "and none passes its health check.";
    }

    /// <summary>
    /// True when the endpoints failed, and neither the client nor the gateway's own end is the reason.
    /// </summary>
    public static bool IsFailure(AttemptOutcome outcome) =>
        outcome is not (AttemptOutcome.ClientGone or AttemptOutcome.ClientFault or AttemptOutcome.Stopping);

    /// <summary>The answer when the last try ended without one.</summary>
    public static (Refusal Refusal, string Detail) Of(
        AttemptOutcome outcome, string service, int tries, TimeSpan timeout) => outcome switch
    {
        AttemptOutcome.TimedOut =>
            (Refusal.Timeout, $"{service} sent no answer within {timeout.TotalSeconds:0.###} s."),
        AttemptOutcome.Stopping => (Refusal.Stopping, "Send the request again."),
        _ => (Refusal.BadGateway,
            $"{service} failed after {(tries == 1 ? "one try" : $"{tries} tries")}: {Words(outcome)}."),
    };

    private static string Words(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Refused => "the connection was refused",
        AttemptOutcome.Unreachable => "no connection could be made",
        AttemptOutcome.Truncated => "the answer broke off",
        _ => "the connection broke or what came was not HTTP",
    };
}
