using Flyball.Base.Resources;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Registrations;

/// <summary>The one writer of sessions, and of keys where a session's end changes them.</summary>
internal sealed class SessionStore(
    Transactor transactor, KvIndex index, LockDelays delays, DiscoveryOptions options, AuditBudget audits)
{
    /// <summary>
    /// Keys that one transaction releases, and bytes of theirs: half of what the store takes (StoreLimits). Whoever
    /// holds more releases them some at a time.
    /// </summary>
    private const int PartKeysMax = 2_000;

    private const int PartBytesMax = 4 * 1024 * 1024;

    public ValueTask<EditResult> CreateAsync(LockSession session, Caller caller, CancellationToken cancellation) =>
        transactor.CommitAsync((snapshot, transaction) =>
        {
            if (snapshot.Count(RegistrationKinds.Session.Name) >= options.SessionsMax)
                return EditResult.Refused($"{nameof(options.SessionsMax)}: there are {options.SessionsMax} sessions.");
            ResourceKey row = RegistrationKinds.Session.Key(session.Id);
            transaction.Require(row, Revision.None).Put(RegistrationKinds.Session, session.Id, session);
            audits.Append(transaction, caller.Audit("session-create", session.Name), row);
            return null;
        }, cancellation);

    /// <summary>
    /// Ends a session: its locks are released or their keys deleted, and stay closed for its lock delay. A key that is
    /// acquired in the same moment is found by <see cref="ReleaseOrphansAsync"/>.
    /// </summary>
    /// <param name="id">The session.</param>
    /// <param name="isForced">Ended by a check or its TTL, not by its owner: only then the delay begins.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async ValueTask<EditResult> EndAsync(
        string id, bool isForced, Caller caller, CancellationToken cancellation)
    {
        while (true)
        {
            string[] released = [];
            bool isAll = true;
            TimeSpan delay = TimeSpan.Zero;
            EditResult result = await transactor.CommitAsync((snapshot, transaction) =>
            {
                (released, isAll) = ([], true);
                ResourceKey row = RegistrationKinds.Session.Key(id);
                if (snapshot.Find(row) is not { } stored) return null;
                LockSession session = RegistrationKinds.Session.Decode(stored.Value.Span);
                delay = session.LockDelay;
                (released, isAll) = Release(snapshot, transaction, id, session.DeletesKeys);
                transaction.Require(row, stored.Revision);
                if (!isAll) return null;
                transaction.Delete(row);
                audits.Append(
                    transaction, caller.Audit(isForced ? "session-invalidate" : "session-destroy", session.Name), row);
                return null;
            }, cancellation);
            if (result.IsDone && isForced) delays.Begin(released, delay);
            if (isAll || !result.IsDone) return result;
        }
    }

    /// <summary>Releases keys that name a session which does not exist.</summary>
    public async ValueTask<EditResult> ReleaseOrphansAsync(string session, CancellationToken cancellation)
    {
        while (true)
        {
            bool isAll = true;
            EditResult result = await transactor.CommitAsync((snapshot, transaction) =>
            {
                isAll = true;
                if (snapshot.Find(RegistrationKinds.Session.Key(session)) is not null) return null;
                (_, isAll) = Release(snapshot, transaction, session, deletes: false);
                return null;
            }, cancellation);
            if (isAll || !result.IsDone) return result;
        }
    }

    /// <summary>As many of the session's keys as one transaction takes; which, and whether these are all.</summary>
    private (string[] Keys, bool IsAll) Release(
        ResourceSnapshot snapshot, StoreTransaction transaction, string session, bool deletes)
    {
        var released = new List<string>();
        int bytes = 0;
        foreach (string key in index.HeldBy(session))
        {
            if (released.Count == PartKeysMax || bytes >= PartBytesMax) return ([.. released], false);
            if (!Release(snapshot, transaction, key, session, deletes, ref bytes)) continue;
            released.Add(key);
        }

        return ([.. released], true);
    }

    private static bool Release(
        ResourceSnapshot snapshot, StoreTransaction transaction, string key, string session, bool deletes,
        ref int bytes)
    {
        ResourceKey row = RegistrationKinds.Kv.Key(RegistrationKinds.NameOf(key));
        if (snapshot.Find(row) is not { } stored) return false;
        KvEntry entry = RegistrationKinds.Kv.Decode(stored.Value.Span);
        if (entry.Session != session) return false;
        bytes += stored.ValueLength;
        transaction.Require(row, stored.Revision);
        if (deletes) transaction.Delete(row);
        else
        {
            long created = entry.CreatedRevision == 0 ? stored.Revision.Value : entry.CreatedRevision;
            transaction.Put(row, RegistrationKinds.Kv.Encode(
                entry with { Session = null, CreatedRevision = created }));
        }

        return true;
    }
}
