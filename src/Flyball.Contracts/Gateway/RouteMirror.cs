namespace Flyball.Contracts.Gateway;

/// <summary>A service that gets a copy of requests; its answers are thrown away.</summary>
public sealed record RouteMirror
{
    /// <summary>The service in the catalogue: a workload's name.</summary>
    public required string Service { get; init; }

    /// <summary>The port's name; null for the service's first.</summary>
    public string? Port { get; init; }

    /// <summary>Of 100 requests so many.</summary>
    public double Percent { get; set; } = 100;
}
