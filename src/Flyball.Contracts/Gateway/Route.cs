using Flyball.Contracts.Gateway.Security;

namespace Flyball.Contracts.Gateway;

/// <summary>
/// Which requests go to which service, and how; written by the API only. What a route does not say is null, so that a
/// plain route is stored as it was by the first release.
/// </summary>
public sealed record Route
{
    public int Format { get; set; } = 1;

    /// <summary>Lower case; null for any host; <c>*.example.com</c> for one label or more below.</summary>
    public string? Host { get; init; }

    /// <summary>The path, read as <see cref="PathKind"/> says: by default its beginning, <c>/</c> for all.</summary>
    public string PathPrefix { get; set; } = "/";

    /// <summary>Null for <see cref="RoutePathKind.Prefix"/>.</summary>
    public RoutePathKind? PathKind { get; init; }

    /// <summary>Upper case; null for every method.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>All of them must hold; null for none.</summary>
    public IReadOnlyList<RouteCondition>? Headers { get; init; }

    /// <summary>All of them must hold; null for none.</summary>
    public IReadOnlyList<RouteCondition>? Query { get; init; }

    /// <summary>Removes the prefix before the request is forwarded.</summary>
    public bool StripPrefix { get; init; }

    /// <summary>The service in the catalogue: a workload's name.</summary>
    public required string Service { get; init; }

    /// <summary>The port's name; null for the service's first.</summary>
    public string? Port { get; init; }

    /// <summary>
    /// Several services that share the requests by weight, instead of <see cref="Service"/>, which then only says whose
    /// route this is. Null for that one alone.
    /// </summary>
    public IReadOnlyList<RouteTarget>? Targets { get; init; }

    /// <summary>
    /// <c>http</c> (HTTP/1.1 to the back end), <c>h2c</c> (HTTP/2 without TLS, for gRPC) or <c>tcp</c> (bytes as they
    /// come, on <see cref="Listen"/>).
    /// </summary>
    public string Protocol { get; set; } = "http";

    /// <summary>The gateway's own port of a <c>tcp</c> route, from 1; null for all others.</summary>
    public int? Listen { get; init; }

    /// <summary>From the whole request sent to the answer's headers.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The same of one try: an idempotent request that has no answer by then is tried elsewhere, within
    /// <see cref="Timeout"/>. Null for none.
    /// </summary>
    public TimeSpan? TryTimeout { get; init; }

    /// <summary>
    /// How long a request waits for an instance while the service has none that is ready. Null for
    /// <see cref="Timeout"/> where the service may be scaled to zero and for not at all elsewhere; 0 for never.
    /// </summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Further tries of an idempotent request that got no answer.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>Bytes of a request's body at most; null for the gateway's default.</summary>
    public long? BodyBytesMax { get; init; }

    /// <summary>What is changed on the way; null for nothing.</summary>
    public RouteRewrite? Rewrite { get; init; }

    /// <summary>Sends the client elsewhere instead of forwarding.</summary>
    public RouteRedirect? Redirect { get; init; }

    /// <summary>A fixed answer instead of forwarding.</summary>
    public RouteAnswer? Answer { get; init; }

    /// <summary>How requests are spread; null for the power of two choices.</summary>
    public RouteBalance? Balance { get; init; }

    /// <summary>What the service may be asked for at once; null for no bounds beside the gateway's.</summary>
    public RouteLimits? Limits { get; init; }

    /// <summary>Another service that gets a copy; null for none.</summary>
    public RouteMirror? Mirror { get; init; }

    /// <summary>Faults made on purpose, for tests; null for none.</summary>
    public RouteFault? Fault { get; init; }

    /// <summary>HTTPS and client certificates; null for nothing special.</summary>
    public RouteTls? Tls { get; init; }

    /// <summary>Who may send requests; null for anybody.</summary>
    public RouteAuth? Auth { get; init; }

    /// <summary>All of them count each request; null for none.</summary>
    public IReadOnlyList<RouteRateLimit>? RateLimits { get; init; }

    /// <summary>Web pages of other origins; null leaves that to the back end.</summary>
    public RouteCors? Cors { get; init; }

    /// <summary>From where requests may come; null for anywhere.</summary>
    public RouteAddresses? Addresses { get; init; }

    /// <summary>
    /// Bytes of a request's headers at most; null for the gateway's default, which is never exceeded.
    /// </summary>
    public int? HeaderBytesMax { get; init; }

    /// <summary>The Compose project it came with; null when made on its own.</summary>
    public string? Project { get; init; }
}
