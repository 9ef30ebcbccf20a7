using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>The instances in the catalogue, followed as they come and go.</summary>
internal sealed class WorkloadSource(IResourceReader reader) : ITargetSource
{
    /// <summary>A rollout changes many endpoints one after the other: they are looked at together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Watched = [Kinds.Endpoint.Name, Kinds.Version.Name];

    public async Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        Revision seen = reader.Current.Revision;
        publish([WorkloadTargets.Find(reader.Current)]);
        await foreach (ChangeBatch batch in reader.WatchAsync(Watched, seen, cancellation))
        {
            // What outside clients register is no target, and may change a thousand times a second.
            if (!batch.Compacted && batch.Changes.All(IsRegistered)) continue;
            publish([WorkloadTargets.Find(reader.Current)]);
            await runtime.DelayAsync(Pause, cancellation);
        }
    }

    private static bool IsRegistered(ResourceChange change) =>
        change.Key.Kind == Kinds.Endpoint.Name && Endpoint.IsRegistered(change.Key.Name);
}
