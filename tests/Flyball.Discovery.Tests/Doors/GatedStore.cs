using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;
using Flyball.Store.Memory;

namespace Flyball.Discovery.Tests.Doors;

/// <summary>A store that refuses, or holds, the writes of outside clients when the test says so.</summary>
internal sealed class GatedStore(MemoryStore inner) : IResourceStore, IDisposable
{
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int refused;
    private int toHold;

    /// <summary>Every such write fails for now.</summary>
    public bool Refuses { get; set; }

    public int Refused => Volatile.Read(ref refused);

    /// <summary>Completes when a write is held.</summary>
    public Task Held => held.Task;

    public ResourceSnapshot Current => inner.Current;

    /// <summary>The next such write is held until <see cref="Release"/>.</summary>
    public void HoldNext() => Volatile.Write(ref toHold, 1);

    public void Release() => released.TrySetResult();

    public async ValueTask<CommitResult> CommitAsync(
        StoreTransaction transaction, CancellationToken cancellation = default)
    {
        if (transaction.Writes.Any(write =>
            write.Key.Kind == RegistrationKinds.Service.Name || write.Key.Kind == RegistrationKinds.Session.Name))
        {
            if (Refuses)
            {
                Interlocked.Increment(ref refused);
                return new CommitResult(CommitOutcome.Unavailable, Current.Revision, Reason: "The test says so.");
            }

            if (Interlocked.Exchange(ref toHold, 0) == 1)
            {
                held.TrySetResult();
                await released.Task;
            }
        }

        return await inner.CommitAsync(transaction, cancellation);
    }

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation) =>
        inner.WatchAsync(kinds, after, cancellation);

    public ValueTask CompactAsync(Revision through, CancellationToken cancellation = default) =>
        inner.CompactAsync(through, cancellation);

    public ValueTask<LeaseEpoch?> AcquireAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellation = default) =>
        inner.AcquireAsync(name, holder, duration, cancellation);

    public ValueTask ReleaseAsync(LeaseEpoch lease, CancellationToken cancellation = default) =>
        inner.ReleaseAsync(lease, cancellation);

    public ValueTask<IReadOnlyList<JournalRow>> ReadAsync(
        JournalQuery query, CancellationToken cancellation = default) => inner.ReadAsync(query, cancellation);

    public ValueTask<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation = default) =>
        inner.TrimAsync(table, beforeUnixMs, cancellation);

    public void Dispose() => Release();
}
