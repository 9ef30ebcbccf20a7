using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>
/// Every session, and one index for all of them: they are few, and lists of them are what is watched.
/// </summary>
internal sealed class SessionIndex
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (LockSession Session, long Revision)> sessions =
        new(StringComparer.Ordinal);

    private long index = 1;

    public ChangeSignal Changed { get; } = new();

    public long Index => Volatile.Read(ref index);

    public void Begin(long floor) => Volatile.Write(ref index, Math.Max(Index, floor));

    public void Apply(ResourceChange change)
    {
        lock (gate)
        {
            if (change.Current is { } current)
                sessions[change.Key.Name] =
                    (RegistrationKinds.Session.Decode(current.Value.Span), change.Revision.Value);
            else sessions.Remove(change.Key.Name);
            Volatile.Write(ref index, Math.Max(Index, change.Revision.Value));
        }

        Changed.Fire();
    }

    public IReadOnlyList<(LockSession Session, long Revision)> List()
    {
        lock (gate) return [.. sessions.Values];
    }

    public (LockSession Session, long Revision)? Find(string id)
    {
        lock (gate) return sessions.TryGetValue(id, out var found) ? found : null;
    }
}
