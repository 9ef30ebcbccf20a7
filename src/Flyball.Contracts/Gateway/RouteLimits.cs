namespace Flyball.Contracts.Gateway;

/// <summary>
/// What a gateway asks of a service at once. What is beyond is refused with 503 and <c>Retry-After</c>.
/// </summary>
public sealed record RouteLimits
{
    /// <summary>Requests at one endpoint at the same time; further ones wait. Null for no bound.</summary>
    public int? Connections { get; init; }

    /// <summary>Requests to the service at the same time, those that wait included. Null for no bound.</summary>
    public int? Requests { get; init; }

    /// <summary>Requests that wait for an endpoint that is ready and has room; null for 1,024.</summary>
    public int? Pending { get; init; }

    /// <summary>
    /// Finds the number of requests that the service can work on by itself, from its latency, and refuses more.
    /// </summary>
    public bool Adaptive { get; init; }
}
