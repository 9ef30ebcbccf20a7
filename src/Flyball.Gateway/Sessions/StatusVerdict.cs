using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Sessions;

/// <summary>
/// Whether a report is worth writing: only when it changes what the stored status says of a draining endpoint (its
/// drain is applied, it is busy). Anything else would be a write for each change of the catalogue and each gateway.
/// </summary>
internal static class StatusVerdict
{
    /// <summary>The status to write, or null when the stored one says all that matters.</summary>
    public static GatewayStatus? Next(
        GatewayStatus? stored, string gateway, long appliedRevision, IReadOnlyList<string> busy,
        ResourceSnapshot snapshot, long nowUnixMs)
    {
        List<Resource<Endpoint>> draining = [.. Draining(snapshot)];
        var busyNow = new SortedSet<string>(busy, StringComparer.Ordinal);
        busyNow.IntersectWith(draining.Select(endpoint => endpoint.Key.Name));
        if (stored is { Live: true }
            && !draining.Exists(endpoint => Differs(endpoint, stored, appliedRevision, busyNow)))
            return null;
        return new GatewayStatus
        {
            Gateway = gateway,
            Live = true,
            AppliedRevision = appliedRevision,
            BusyEndpoints = [.. busyNow],
            ChangedUnixMs = nowUnixMs,
        };
    }

    /// <summary>What outside clients registered never drains, and there may be very much of it.</summary>
    private static IEnumerable<Resource<Endpoint>> Draining(ResourceSnapshot snapshot)
    {
        foreach (StoredResource row in snapshot.List(Kinds.Endpoint.Name))
        {
            if (!Endpoint.IsRegistered(row.Key.Name) && row.Decode(Kinds.Endpoint) is { Draining: true } endpoint)
                yield return new Resource<Endpoint>(row.Key, row.Revision, endpoint);
        }
    }

    private static bool Differs(Resource<Endpoint> endpoint, GatewayStatus stored, long applied, SortedSet<string> busy)
    {
        bool hasApplied = applied >= endpoint.Revision.Value;
        bool hadApplied = stored.AppliedRevision >= endpoint.Revision.Value;
        bool wasBusy = stored.BusyEndpoints.Contains(endpoint.Key.Name, StringComparer.Ordinal);
        return hasApplied != hadApplied || busy.Contains(endpoint.Key.Name) != wasBusy;
    }
}
