using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Sessions;

/// <summary>
/// Looks after nodes without a session (ready ones of an earlier server become disconnected, disconnected ones lost),
/// nodes with one (they are ready) and statuses whose allocations are gone.
/// </summary>
internal sealed class NodeWatch(
    IResourceStore store, NodeSessions sessions, NodeWriter nodes, AgentSessionOptions options, ServerIdentity server,
    TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Deletions in one transaction at most.</summary>
    private const int BatchMax = 256;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation)) await LookAsync(cancellation);
    }

    public async Task LookAsync(CancellationToken cancellation)
    {
        ResourceSnapshot now = store.Current;
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (Resource<Node> node in now.List(Kinds.Node))
        {
            if (sessions.Find(node.Key.Name) is { } session)
            {
                // The end of an earlier session may be written after the beginning of this one.
                if (node.Value.State != NodeState.Ready) await nodes.SetReadyAsync(session.Description, cancellation);
                continue;
            }

            // A server that has just started gives agents the time to come back before it counts.
            long since = Math.Max(node.Value.ChangedUnixMs, server.StartedUnixMs);
            switch (node.Value.State)
            {
                case NodeState.Ready when nowUnixMs - since >= (
                    options.HeartbeatInterval * options.HeartbeatsMissedMax).TotalMilliseconds:
                    await nodes.SetDisconnectedAsync(node.Key.Name, cancellation);
                    break;
                case NodeState.Disconnected when nowUnixMs - since >= options.LostAfter.TotalMilliseconds:
                    await nodes.SetLostAsync(node.Key.Name, cancellation);
                    break;
                case NodeState.Lost:
                    await nodes.LoseStatusesAsync(node.Key.Name, cancellation);
                    break;
            }
        }

        await DropOrphansAsync(now, cancellation);
    }

    /// <summary>
    /// A status goes when its allocation is gone; a conflict means that it changed, and it is looked at again.
    /// </summary>
    private async Task DropOrphansAsync(ResourceSnapshot now, CancellationToken cancellation)
    {
        foreach (StoredResource[] batch in now.List(Kinds.AllocationStatus.Name)
            .Where(s => now.Find(Kinds.Allocation.Key(s.Key.Name)) is null).Chunk(BatchMax))
        {
            var transaction = new StoreTransaction();
            foreach (StoredResource status in batch)
                transaction.Require(status.Key, status.Revision).Delete(status.Key);
            await store.CommitAsync(transaction, cancellation);
        }
    }
}
