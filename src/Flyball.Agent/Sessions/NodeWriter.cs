using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Sessions;

/// <summary>Writes the states of nodes, transitions only, each with its event.</summary>
internal sealed partial class NodeWriter(IResourceStore store, TimeProvider time, ILogger<NodeWriter> log)
{
    /// <summary>Before a write that the store could not take is tried again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Statuses in one transaction when a node is lost.</summary>
    private const int BatchMax = 256;

    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task SetReadyAsync(Node node, CancellationToken cancellation) =>
        await WriteAsync(node.Id, old => Same(old, node) ? null : node with
            { State = NodeState.Ready, ChangedUnixMs = NowUnixMs },
            "node.ready", EventSeverity.Info, "The node's agent is connected.", cancellation);

    /// <summary>
    /// After the end of a session, when nobody is left to wait: a failure is only logged, the watch repeats it.
    /// </summary>
    public async Task TrySetDisconnectedAsync(string node)
    {
        try
        {
            await SetDisconnectedAsync(node, CancellationToken.None);
        }
        catch (Exception e) when (
            e is OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            Log.CannotWrite(log, node, e);
        }
    }

    public async Task SetDisconnectedAsync(string node, CancellationToken cancellation) =>
        await WriteAsync(node, old => old is { State: NodeState.Ready } ? old with
            { State = NodeState.Disconnected, ChangedUnixMs = NowUnixMs } : null,
            "node.disconnected", EventSeverity.Warning, "The node's agent is away; what runs there goes on.",
                cancellation);

    /// <summary>The node is given up: its allocations count as lost and are replaced elsewhere.</summary>
    public async Task SetLostAsync(string node, CancellationToken cancellation)
    {
        await WriteAsync(node, old => old is { State: NodeState.Disconnected } ? old with
            { State = NodeState.Lost, ChangedUnixMs = NowUnixMs } : null,
            "node.lost", EventSeverity.Error, "The node's agent was away for too long; its allocations are replaced.",
                cancellation);
        await LoseStatusesAsync(node, cancellation);
    }

    /// <summary>Marks what ran on a lost node; repeated by the watch until none is left.</summary>
    public async Task LoseStatusesAsync(string node, CancellationToken cancellation)
    {
        foreach (Resource<AllocationStatus>[] batch in store.Current.List(Kinds.AllocationStatus)
            .Where(s => s.Value.Node == node && !s.Value.IsTerminal).Chunk(BatchMax))
        {
            var transaction = new StoreTransaction();
            foreach (Resource<AllocationStatus> status in batch)
            {
                transaction.Require(status.Key, status.Revision)
                    .Put(Kinds.AllocationStatus, status.Key.Name, status.Value with
                {
                    Phase = AllocationPhase.Lost,
                    Health = HealthState.Unknown,
                    HealthySinceUnixMs = null,
                    Message = $"Its node {node} is lost.",
                });
            }

            // On a conflict the node spoke after all, or the watch comes here again.
            await store.CommitAsync(transaction, cancellation);
        }
    }

    private async Task WriteAsync(
        string name, Func<Node?, Node?> change, string type, EventSeverity severity, string message,
        CancellationToken cancellation)
    {
        while (true)
        {
            Resource<Node>? old = store.Current.Get(Kinds.Node, name);
            if (change(old?.Value) is not { } next) return;
            ResourceKey key = Kinds.Node.Key(name);
            StoreTransaction transaction = new StoreTransaction()
                .Require(key, old?.Revision ?? Revision.None)
                .Put(Kinds.Node, name, next);
            if (old?.Value.State != next.State)
                transaction.Append(JournalEntries.From(new Event
                    { Type = type, Severity = severity, Message = message, Node = name }, key, time));
            CommitResult result = await store.CommitAsync(transaction, cancellation);
            if (result.IsCommitted) return;
            Log.Retry(log, name, result.Outcome);
            if (result.Outcome != CommitOutcome.Conflict) await Task.Delay(RetryDelay, time, cancellation);
        }
    }

    private static bool Same(Node? old, Node node) => old is not null && old.State == NodeState.Ready
        && old.Drivers.SequenceEqual(node.Drivers) &&
        old.Labels.SequenceEqual(node.Labels) &&
        old with { Drivers = [], Labels = node.Labels, ChangedUnixMs = 0, State = node.State } ==
        node with { Drivers = [], ChangedUnixMs = 0 };

    private static partial class Log
    {
        [LoggerMessage(4410, LogLevel.Warning, "The state of node {Node} cannot be written")]
        public static partial void CannotWrite(ILogger logger, string node, Exception error);

        [LoggerMessage(4411, LogLevel.Debug, "Writing node {Node} again after {Outcome}")]
        public static partial void Retry(ILogger logger, string node, CommitOutcome outcome);
    }
}
