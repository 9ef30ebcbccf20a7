namespace Flyball.Contracts.Gateway;

/// <summary>One of several services that share a route's requests.</summary>
public sealed record RouteTarget
{
    /// <summary>The service in the catalogue: a workload's name.</summary>
    public required string Service { get; init; }

    /// <summary>The port's name; null for the service's first.</summary>
    public string? Port { get; init; }

    /// <summary>Its share among the targets' weights, 0 to 1,000,000; 0 gets nothing.</summary>
    public int Weight { get; set; } = 1;
}
