namespace Flyball.Contracts.Gateway.Security;

/// <summary>So many requests in a time, over all gateways together.</summary>
public sealed record RouteRateLimit
{
    /// <summary>From 1.</summary>
    public required long Requests { get; init; }

    /// <summary>From a second to a day.</summary>
    public TimeSpan Per { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests that may come at once; null for as many as <see cref="Requests"/>.</summary>
    public long? Burst { get; init; }

    /// <summary>Who is counted by itself.</summary>
    public RateLimitKey By { get; set; } = RateLimitKey.Route;

    /// <summary>The header that is counted by, with <see cref="RateLimitKey.Header"/>.</summary>
    public string? Header { get; init; }
}
