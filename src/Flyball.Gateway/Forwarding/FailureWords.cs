using System.Globalization;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
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
            : which + ". 'flyball route ls' lists what is.";
    }

    public static string BodyTooLarge(long bytesMax) => $"At most {bytesMax} bytes are taken here.";

    public static string Overloaded(Upstream upstream) => upstream.Gate is { } gate && gate.Active >= gate.Limit
        ? $"{upstream.Service} has {gate.Active} requests from here already."
        : $"{upstream.Line.Count} requests wait for {upstream.Service} already.";

    /// <summary>A wait has ended without an endpoint.</summary>
    public static (Refusal Refusal, string Detail) Of(Upstream upstream, Route route, RoomOutcome outcome) =>
        outcome.End switch
        {
            WaitEnd.Full => Full(upstream, outcome.Reason),
            WaitEnd.Expired => Expired(upstream, route, outcome.Reason),
            _ => NoEndpoint(upstream, upstream.Endpoints),
        };

    /// <summary>The line is full, of its service or of the whole gateway.</summary>
    public static (Refusal Refusal, string Detail) Full(Upstream upstream, WaitReason why) => (
        why == WaitReason.Room ? Refusal.Overloaded : Refusal.WaitingFull,
        upstream.Line.Count >= upstream.PendingMax
            ? $"{upstream.Line.Count} requests wait for {upstream.Service} already."
            : "As many requests wait at this gateway as it may hold.");

    /// <summary>The request has waited as long as it may.</summary>
    public static (Refusal Refusal, string Detail) Expired(Upstream upstream, Route route, WaitReason why)
    {
        if (why == WaitReason.Room) return (Refusal.Overloaded, NoRoom(upstream, route.Timeout));
        EndpointSet endpoints = upstream.Endpoints;
        string seen = endpoints.All.Length == 0 ? "none is running" : Unready(endpoints);
        double seconds = (route.Wait ?? route.Timeout).TotalSeconds;
        return (Refusal.NoInstance, $"No instance of {What(upstream)} was ready within {seconds:0.###} s: {seen}. "
            + $"'flyball why {upstream.Service}' tells more.");
    }

    /// <summary>There is no endpoint, and nothing to wait for.</summary>
    public static (Refusal Refusal, string Detail) NoEndpoint(Upstream upstream, EndpointSet endpoints)
    {
        if (endpoints.Ready.Length == 0 && upstream.IsHeldAtZero) return (Refusal.HeldAtZero, Held(upstream));
        return (Refusal.NoEndpoint, endpoints.All.Length == 0
            ? $"{What(upstream)} has no running instance."
            : $"{What(upstream)} has no instance that can answer: {Unready(endpoints)}.");
    }

    private static string Held(Upstream upstream)
    {
        string service = upstream.Service;
        ServiceReplicas replicas = upstream.State.Replicas;
        if (replicas.IsStopped) return $"{service} is stopped; 'flyball start {service}' starts it.";
        string until = replicas is { ActingMin: not null, PinnedUntilUnixMs: { } unixMs }
            ? " until " + DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString(
                "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : "";
        return $"{service} was set to 0 replicas by hand{until}; 'flyball scale {service}=1' brings it back.";
    }

    private static string NoRoom(Upstream upstream, TimeSpan timeout) =>
        $"No instance of {upstream.Service} had room within {timeout.TotalSeconds:0.###} s.";

    private static string What(Upstream upstream) =>
        upstream.Port is { } port ? $"{upstream.Service} (port {port})" : upstream.Service;

    private static string Unready(EndpointSet endpoints)
    {
        int draining = endpoints.All.Count(endpoint => endpoint.IsDraining);
        return $"{endpoints.All.Length} instances are there, {draining} of them being stopped, "
            + "and none passes its health check";
    }

    /// <summary>
    /// True when the endpoints failed, and neither the client nor the gateway's own end is the reason.
    /// </summary>
    public static bool IsFailure(AttemptOutcome outcome) =>
        outcome is not (AttemptOutcome.ClientGone or AttemptOutcome.ClientFault or AttemptOutcome.Exhausted
            or AttemptOutcome.Stopping);

    /// <summary>The answer when the last try ended without one.</summary>
    public static (Refusal Refusal, string Detail) Of(
        AttemptOutcome outcome, string service, int tries, TimeSpan timeout) => outcome switch
    {
        AttemptOutcome.TimedOut =>
            (Refusal.Timeout, $"{service} sent no answer within {timeout.TotalSeconds:0.###} s."),
        AttemptOutcome.TryTimedOut =>
            (Refusal.Timeout, $"{service} sent no answer in time in {(tries == 1 ? "one try" : $"{tries} tries")}."),
        AttemptOutcome.Exhausted => (Refusal.Overloaded, "The gateway has no connection to spare."),
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
