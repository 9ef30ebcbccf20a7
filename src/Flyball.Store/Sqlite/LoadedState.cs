using Flyball.Base.Resources;
using Flyball.Store.Committing;

namespace Flyball.Store.Sqlite;

/// <summary>What a start reads from the database.</summary>
internal sealed record LoadedState(
    ResourceSnapshot Snapshot, IReadOnlyList<Lease> Leases, long LeaseEpoch, string History);
