namespace Flyball.Gateway.Explaining;

/// <summary>What a request would meet.</summary>
internal sealed record RouteTestView
{
    public required string Method { get; init; }

    public required string Host { get; init; }

    /// <summary>Decoded, as routes are matched by.</summary>
    public required string Path { get; init; }

    /// <summary><c>forward</c>, <c>redirect</c>, <c>answer</c>, <c>refused</c> or <c>no-route</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The route's name; null when none fits.</summary>
    public string? Route { get; init; }

    /// <summary>Routes of this host and path, in the order in which they are asked, and what became of each.</summary>
    public required IReadOnlyList<RouteConsidered> Considered { get; init; }

    /// <summary>Where it may go; empty when it is not forwarded.</summary>
    public IReadOnlyList<RouteTestTarget> Targets { get; init; } = [];

    /// <summary>The path and query that the back end, or the client by a redirect, sees; null for neither.</summary>
    public string? Target { get; init; }

    /// <summary>What holds for the request: balancing, time-outs, retries, limits, and so on.</summary>
    public IReadOnlyList<RouteTestPolicy> Policies { get; init; } = [];

    /// <summary><c>fast</c> or <c>other</c>; null when it is not served.</summary>
    public string? ServedBy { get; init; }

    /// <summary>Why the fast path does not serve it; null when it does.</summary>
    public string? WhyOther { get; init; }
}

/// <summary>A route that was thought of.</summary>
internal sealed record RouteConsidered(string Name, string Place, string Conditions, bool IsChosen, string Why);

/// <summary>A service that the request may go to.</summary>
internal sealed record RouteTestTarget(
    string Service, string? Port, double SharePercent, IReadOnlyList<string> Ready, int Failing, int Draining,
    string? Endpoint);

/// <summary>One thing that holds for a request.</summary>
internal sealed record RouteTestPolicy(string Name, string Value);
