using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Resilience;

/// <summary>How a wait for an endpoint ended.</summary>
/// <param name="Endpoint">Counted in; null unless served.</param>
/// <param name="End">How.</param>
/// <param name="Reason">What was waited for last.</param>
internal readonly record struct RoomOutcome(UpstreamEndpoint? Endpoint, WaitEnd End, WaitReason Reason);

/// <summary>
/// A wait for an endpoint that is ready and has room, in its service's line, for those who can wait asynchronously.
/// </summary>
internal sealed class RoomWaiter(IRoom room, long heldBytes) : IWaiter
{
    private readonly TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IRoom Room => room;

    public long HeldBytes => heldBytes;

    public void Wake() => woken.TrySetResult();

    /// <param name="target">Where an endpoint is wanted.</param>
    /// <param name="route">How long may be waited for what; each limit is over all waits of the request.</param>
    /// <param name="pick">Picks an endpoint, counted in; null when there still is none.</param>
    /// <param name="heldBytes">What the request holds meanwhile.</param>
    /// <param name="parts">The clock that limits are measured by, and where waits are counted.</param>
    /// <param name="clientGone">Ends the wait.</param>
    public static async Task<RoomOutcome> WaitAsync(
        TargetEntry target, Route route, Func<UpstreamEndpoint?> pick, long heldBytes, WaitParts parts,
        CancellationToken clientGone)
    {
        var count = new WaitCount(parts.Metrics, parts.Time);
        var end = WaitEnd.Stopping;
        try
        {
            RoomOutcome outcome = await WaitAsync(target, route, pick, heldBytes, parts.Time, count, clientGone);
            end = outcome.End;
            return outcome;
        }
        finally
        {
            count.End(end);
        }
    }

    private static async Task<RoomOutcome> WaitAsync(
        TargetEntry target, Route route, Func<UpstreamEndpoint?> pick, long heldBytes, TimeProvider time,
        WaitCount count, CancellationToken clientGone)
    {
        Upstream upstream = target.Upstream;
        var due = new WaitDue(upstream, route, time);
        while (true)
        {
            WaitReason reason = upstream.ReasonToWait(upstream.Endpoints, route);
            if (reason == WaitReason.None)
            {
                // It may have come since somebody looked last.
                if (pick() is { } came) return new RoomOutcome(came, WaitEnd.Served, reason);
                if (upstream.ReasonToWait(upstream.Endpoints, route) == WaitReason.None) return End(WaitEnd.Hopeless);
                continue;
            }

            count.Begin(target, reason);
            TimeSpan left = due.Left(reason);
            if (left <= TimeSpan.Zero) return End(WaitEnd.Expired);
            var waiter = new RoomWaiter(upstream, heldBytes);
            if (!upstream.Line.TryJoin(waiter, upstream.PendingMax)) return End(WaitEnd.Full);
            // What came before the line knew of this request has woken nobody.
            if (pick() is { } late)
            {
                upstream.Line.Leave(waiter);
                return new RoomOutcome(late, WaitEnd.Served, reason);
            }

            if (upstream.ReasonToWait(upstream.Endpoints, route) != reason)
            {
                upstream.Line.Leave(waiter);
                continue;
            }

            if (!await waiter.IsWokenAsync(left, time, clientGone))
            {
                upstream.Line.Leave(waiter);
                return End(clientGone.IsCancellationRequested ? WaitEnd.ClientGone : WaitEnd.Expired);
            }

            if (pick() is { } endpoint) return new RoomOutcome(endpoint, WaitEnd.Served, reason);

            RoomOutcome End(WaitEnd how) => new(null, how, reason);
        }
    }

    private async Task<bool> IsWokenAsync(TimeSpan left, TimeProvider time, CancellationToken clientGone)
    {
        using var timeout = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, clientGone);
        try
        {
            await woken.Task.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
