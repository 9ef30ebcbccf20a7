using Flyball.Base.Resources;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Registrations;

/// <summary>The one writer of sessions, and of keys where a session's end changes them.</summary>
internal sealed class SessionStore(
    Transactor transactor, KvIndex index, LockDelays delays, DiscoveryOptions options, AuditBudget audits)
{
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
        var ended = new List<(string Key, TimeSpan Delay)>();
        EditResult result = await transactor.CommitAsync((snapshot, transaction) =>
        {
            ended.Clear();
            ResourceKey row = RegistrationKinds.Session.Key(id);
            if (snapshot.Find(row) is not { } stored) return null;
            LockSession session = RegistrationKinds.Session.Decode(stored.Value.Span);
            transaction.Require(row, stored.Revision).Delete(row);
            audits.Append(
                transaction, caller.Audit(isForced ? "session-invalidate" : "session-destroy", session.Name), row);
            foreach (string key in index.HeldBy(id))
            {
                if (Release(snapshot, transaction, key, id, session.DeletesKeys)) ended.Add((key, session.LockDelay));
            }

            return null;
        }, cancellation);
        if (result.IsDone && isForced)
        {
            foreach ((string key, TimeSpan delay) in ended) delays.Begin(key, delay);
        }

        return result;
    }

    /// <summary>Releases keys that name a session which does not exist.</summary>
    public ValueTask<EditResult> ReleaseOrphansAsync(string session, CancellationToken cancellation) =>
        transactor.CommitAsync((snapshot, transaction) =>
        {
            if (snapshot.Find(RegistrationKinds.Session.Key(session)) is not null) return null;
            foreach (string key in index.HeldBy(session)) Release(snapshot, transaction, key, session, false);
            return null;
        }, cancellation);

    private static bool Release(
        ResourceSnapshot snapshot, StoreTransaction transaction, string key, string session, bool deletes)
    {
        ResourceKey row = RegistrationKinds.Kv.Key(RegistrationKinds.NameOf(key));
        if (snapshot.Find(row) is not { } stored) return false;
        KvEntry entry = RegistrationKinds.Kv.Decode(stored.Value.Span);
        if (entry.Session != session) return false;
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
