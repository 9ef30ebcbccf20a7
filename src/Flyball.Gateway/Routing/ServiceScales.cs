using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Base.Resources;
using Flyball.Contracts.Scheduling;

namespace Flyball.Gateway.Routing;

/// <summary>
/// How every service is scaled, as far as requests are concerned, by name. Used by the routing table's one writer only.
/// </summary>
internal sealed class ServiceScales
{
    public static readonly string[] WatchedKinds = [Kinds.Scale.Name, Kinds.ScalePolicy.Name];

    private readonly SortedDictionary<string, ServiceReplicas> known = new(StringComparer.Ordinal);

    public ServiceReplicas Of(string service) => known.GetValueOrDefault(service, ServiceReplicas.Unknown);

    /// <summary>Takes in a change of one of the kinds; false when it is of another one.</summary>
    public bool TryApply(ResourceChange change)
    {
        if (change.Key.Kind == Kinds.Scale.Name) Set(change.Key.Name, change.Current?.Decode(Kinds.Scale));
        else if (change.Key.Kind == Kinds.ScalePolicy.Name)
            Set(change.Key.Name, change.Current?.Decode(Kinds.ScalePolicy));
        else return false;
        return true;
    }

    /// <summary>Becomes what the snapshot says; answers the services whose state is another one now.</summary>
    public IReadOnlyList<string> Reset(ResourceSnapshot snapshot)
    {
        var before = new SortedDictionary<string, ServiceReplicas>(known, StringComparer.Ordinal);
        known.Clear();
        foreach (Resource<ScalePolicy> policy in snapshot.List(Kinds.ScalePolicy)) Set(policy.Key.Name, policy.Value);
        foreach (Resource<Scale> scale in snapshot.List(Kinds.Scale)) Set(scale.Key.Name, scale.Value);
        return [.. before.Keys.Union(known.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private void Set(string service, ScalePolicy? policy) => Put(service, Of(service) with
    {
        ActingMin = policy is { Mode: ScaleMode.Act } ? policy.Min : null,
        MaySleep = policy is { Min: 0, Mode: not ScaleMode.Off },
        IsStopped = policy?.IsStopped == true,
    });

    private void Set(string service, Scale? scale) => Put(service, Of(service) with
    {
        Wanted = scale?.Replicas,
        IsByHand = scale is { Source: Scale.ByUser },
        PinnedUntilUnixMs = scale?.PinnedUntilUnixMs,
    });

    private void Put(string service, ServiceReplicas next)
    {
        if (next == ServiceReplicas.Unknown) known.Remove(service);
        else known[service] = next;
    }
}
