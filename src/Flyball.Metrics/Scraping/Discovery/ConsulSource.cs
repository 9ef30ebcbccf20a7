using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>
/// Targets from a Consul catalogue, by blocking queries: one for the list of services, and one for each service.
/// </summary>
internal sealed class ConsulSource(Uri server, HttpSettings settings) : ITargetSource
{
    /// <summary>Services watched at one time; the first by name.</summary>
    public const int ServicesMax = 1_000;

    public string? Token { get; init; }

    public string? Datacenter { get; init; }

    public string? Namespace { get; init; }

    public string? Partition { get; init; }

    /// <summary>Names of services; empty means all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Tags that a service must all have.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Consul's filter expression for the list of services.</summary>
    public string? Filter { get; init; }

    public string TagSeparator { get; init; } = ",";

    public bool AllowsStale { get; init; } = true;

    public IReadOnlyList<KeyValuePair<string, string>> NodeMeta { get; init; } = [];

    /// <summary>Least time between two answers of the same query that are used.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(30);

    public async Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        using HttpMessageInvoker client = DiscoveryRuntime.Connect(settings);
        await using var watch =
            new ConsulWatch(this, new ConsulClient(server, settings, this, client), publish, runtime);
        await watch.RunAsync(cancellation);
    }
}
