using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>A transaction in the writer's queue.</summary>
internal sealed class CommitWork(
    StoreTransaction transaction, long sizeBytes, CancellationToken cancellation) : IStoreWork
{
    // Asynchronous: a caller's continuation must not run on the writer's thread.
    private readonly TaskCompletionSource<CommitResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CommitResult result;

    public Task<CommitResult> Done => done.Task;

    public long SizeBytes => sizeBytes;

    public bool TryCancel() => cancellation.IsCancellationRequested && done.TrySetCanceled(cancellation);

    public void Stage(CommitGroup group) => result = group.Add(transaction);

    public void Complete() => done.TrySetResult(result);

    public void Fail(string reason, Revision current) =>
        done.TrySetResult(new CommitResult(CommitOutcome.Unavailable, current, Reason: reason));
}
