using Flyball.Base.Resources;
using Flyball.Contracts;

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
        await foreach (ChangeBatch _ in reader.WatchAsync(Watched, seen, cancellation))
        {
            publish([WorkloadTargets.Find(reader.Current)]);
            await runtime.DelayAsync(Pause, cancellation);
        }
    }
}
