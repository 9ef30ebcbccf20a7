using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// One replica's place: the allocations that are meant to run under its index. While it is replaced there are two,
/// one of the wanted version and one of an older.
/// </summary>
internal sealed class Slot(int index)
{
    public int Index => index;

    /// <summary>Live, of the wanted version and restart generation; one, once tidied.</summary>
    public List<AllocationView> Current { get; } = [];

    /// <summary>Live, of another version; one at most, once tidied.</summary>
    public List<AllocationView> Old { get; } = [];

    /// <summary>Of these nothing runs any more; oldest first.</summary>
    public List<AllocationView> Dead { get; } = [];

    /// <summary>On lost nodes: what they do cannot be known; oldest first.</summary>
    public List<AllocationView> Ghosts { get; } = [];

    public bool HasLive => Current.Count + Old.Count > 0;

    public bool HasHealthy =>
        Current.Exists(allocation => allocation.IsHealthy) || Old.Exists(allocation => allocation.IsHealthy);

    public IEnumerable<AllocationView> All => [.. Current, .. Old, .. Dead, .. Ghosts];

    public static bool IsCurrent(AllocationView allocation, Rollout rollout) =>
        allocation.Allocation.Version == rollout.TargetVersion
        // A rollback keeps what runs of the stable version, whether or not a restart was asked for with the bad one.
        && (rollout.RejectedVersion is not null
            || allocation.Allocation.RestartGeneration >= rollout.RestartGeneration);
}
