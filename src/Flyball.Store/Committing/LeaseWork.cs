using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>
/// A lease taken, renewed or given up, in the writer's queue: in one order with the writes made under it.
/// </summary>
internal sealed class LeaseWork(Func<LeaseTable, LeaseEpoch?> change, CancellationToken cancellation) : IStoreWork
{
    private readonly TaskCompletionSource<LeaseEpoch?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LeaseEpoch? result;

    public Task<LeaseEpoch?> Done => done.Task;

    public long SizeBytes => 512;

    public bool TryCancel() => cancellation.IsCancellationRequested && done.TrySetCanceled(cancellation);

    public void Stage(CommitGroup group) => result = change(group.Leases);

    public void Complete() => done.TrySetResult(result);

    /// <summary>A lease that cannot be made durable is not held.</summary>
    public void Fail(string reason, Revision current) => done.TrySetResult(null);
}
