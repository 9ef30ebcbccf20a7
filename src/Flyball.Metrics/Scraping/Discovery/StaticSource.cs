namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Targets that stand in the configuration.</summary>
internal sealed class StaticSource(IReadOnlyList<TargetGroup> groups) : ITargetSource
{
    public Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        publish(groups);
        return Task.CompletedTask;
    }
}
