using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// An exchange's wait for an endpoint that is ready and has room, in its service's line. On the exchange's loop, save
/// that it is woken from any thread.
/// </summary>
internal sealed class RoomWait(Exchange exchange, ExchangeDeadlines deadlines)
{
    private Place? place;
    private WaitReason reason;
    private WaitCount? count;

    public bool IsWaiting => place is not null;

    /// <summary>False when too many wait already.</summary>
    public bool TryJoin(Upstream upstream, WaitReason why)
    {
        var joined = new Place(this, exchange.Loop, upstream, exchange.Client.Input.HeldBytes);
        // Counted before it stands in the line: whoever is told of the first one must not find none.
        count ??= new WaitCount(exchange.Loop.Parts.Metrics, exchange.Loop.Parts.Time);
        reason = why;
        count.Begin(exchange.Target!, why);
        if (!upstream.Line.TryJoin(joined, upstream.PendingMax))
        {
            count.End(WaitEnd.Full);
            return false;
        }

        place = joined;
        if (why == WaitReason.Room) deadlines.AwaitRoom();
        else deadlines.AwaitInstance(upstream.InstanceWait(exchange.Route!.Route));
        return true;
    }

    /// <summary>Waits no longer, for whatever reason; nothing when it does not wait.</summary>
    public void Leave(WaitEnd how)
    {
        if (place is { } left)
        {
            place = null;
            left.Upstream.Line.Leave(left);
        }

        End(how);
    }

    /// <summary>It was woken, and this came of it.</summary>
    public void End(WaitEnd how) => count?.End(how);

    /// <summary>It has waited as long as it may.</summary>
    public void GiveUp()
    {
        Upstream upstream = exchange.Target!.Upstream;
        Leave(WaitEnd.Expired);
        (Refusal why, string detail) = FailureWords.Expired(upstream, exchange.Route!.Route, reason);
        exchange.Refuse(why, detail);
    }

    private void Woken(Place woken)
    {
        if (place != woken)
        {
            // The request is over: the room is the next one's.
            woken.Upstream.Line.WakeOne();
            return;
        }

        place = null;
        exchange.Tries.Next();
    }

    /// <summary>One wait: exchanges are used again, so being woken late must not be taken for another's.</summary>
    private sealed class Place(RoomWait owner, EventLoop loop, Upstream upstream, long heldBytes) : IWaiter
    {
        public Upstream Upstream => upstream;

        public IRoom Room => upstream;

        public long HeldBytes => heldBytes;

        public void Wake() => loop.Post(() => owner.Woken(this));
    }
}
