using Flyball.Contracts.Gateway;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Health;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// What an exchange waits for and how long: one moment for the side it depends on, another one for a body that the
/// client is slow with. Both run on the client connection's timer.
/// </summary>
internal sealed class ExchangeDeadlines(Exchange exchange)
{
    /// <summary>A client that takes nothing of its answer for this long is given up.</summary>
    private static readonly TimeSpan ClientStall = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a body may be waited for altogether: five seconds, and more the more of it has come, which asks for 240
    /// bytes a second, as Kestrel does on the other path.
    /// </summary>
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    private const double BodyBytesPerSecond = 240;

    private enum Wait
    {
        Nothing,
        Connection,
        AnswerHead,
        Room,
        Stream,
        Client,
    }

    private Wait wait;
    private long dueAt = long.MaxValue;
    private long bodyDueAt = long.MaxValue;
    private long bodyWaitedSince;
    private long bodyWaited;
    private long wholeDueAt = long.MaxValue;
    private long roomDueAt = long.MaxValue;
    private long instanceDueAt = long.MaxValue;

    public void AwaitConnection()
    {
        EventLoop loop = exchange.Loop;
        TimeSpan limit = loop.Parts.Options.ConnectTimeout;
        TimeSpan whole = exchange.Route!.Route.Timeout;
        Begin(Wait.Connection, loop.After(limit < whole ? limit : whole));
    }

    /// <summary>
    /// The time-out for the answer's head begins (again): the route's, or that of one try within the route's.
    /// </summary>
    public void AwaitAnswer()
    {
        EventLoop loop = exchange.Loop;
        Route route = exchange.Route!.Route;
        if (route.TryTimeout is not { } limit)
        {
            Begin(Wait.AnswerHead, loop.After(route.Timeout));
            return;
        }

        if (wholeDueAt == long.MaxValue) wholeDueAt = loop.After(route.Timeout);
        Begin(Wait.AnswerHead, Math.Min(loop.After(limit), wholeDueAt));
    }

    /// <summary>The route's time-out for an endpoint with room, over all waits of the request.</summary>
    public void AwaitRoom()
    {
        if (roomDueAt == long.MaxValue) roomDueAt = exchange.Loop.After(exchange.Route!.Route.Timeout);
        Begin(Wait.Room, roomDueAt);
    }

    /// <summary>The time for which a request waits for an instance, over all its waits for one.</summary>
    public void AwaitInstance(TimeSpan limit)
    {
        if (instanceDueAt == long.MaxValue) instanceDueAt = exchange.Loop.After(limit);
        Begin(Wait.Room, instanceDueAt);
    }

    /// <summary>Something has moved: silence counts from now.</summary>
    public void AwaitStream() => Begin(Wait.Stream, exchange.Loop.After(exchange.Loop.Parts.Options.StreamIdleTimeout));

    /// <summary>The client must take something; the wait does not begin again while it takes nothing.</summary>
    public void AwaitClient()
    {
        if (wait != Wait.Client) Begin(Wait.Client, exchange.Loop.After(ClientStall));
    }

    public void AwaitBody()
    {
        if (bodyDueAt != long.MaxValue || exchange.AwaitsContinue) return;
        EventLoop loop = exchange.Loop;
        double seconds = Math.Max(BodyGrace.TotalSeconds, exchange.Request.BytesRead / BodyBytesPerSecond);
        bodyWaitedSince = loop.Now;
        bodyDueAt = loop.After(TimeSpan.FromSeconds(seconds)) - bodyWaited;
        Arm();
    }

    public void BodyProgressed()
    {
        // It is the endpoint's time, and not the client's.
        wholeDueAt = long.MaxValue;
        if (bodyDueAt == long.MaxValue) return;
        bodyWaited += exchange.Loop.Now - bodyWaitedSince;
        bodyDueAt = long.MaxValue;
    }

    public void OnTimer()
    {
        long now = exchange.Loop.Now;
        if (bodyDueAt <= now)
        {
            exchange.RefuseBody(HeadFault.SlowBody);
            return;
        }

        if (dueAt > now)
        {
            Arm();
            return;
        }

        Wait passed = wait;
        dueAt = long.MaxValue;
        switch (passed)
        {
            case Wait.Connection:
                exchange.Tries.Failed(AttemptOutcome.Unreachable);
                return;
            case Wait.AnswerHead:
                exchange.Tries.TimedOut(isWhole: wholeDueAt == long.MaxValue || wholeDueAt <= now);
                return;
            case Wait.Room:
                exchange.Tries.Room.GiveUp();
                return;
            case Wait.Stream when exchange.Tries.IsTrying:
                exchange.Tries.Failed(AttemptOutcome.Truncated);
                return;
            default:
                exchange.ClientGone();
                return;
        }
    }

    public void Clear()
    {
        wait = Wait.Nothing;
        dueAt = bodyDueAt = wholeDueAt = roomDueAt = instanceDueAt = long.MaxValue;
        bodyWaited = 0;
    }

    private void Begin(Wait next, long at)
    {
        wait = next;
        dueAt = at;
        Arm();
    }

    private void Arm() => exchange.Loop.Timers.Set(exchange.Client.Timer, Math.Min(dueAt, bodyDueAt));
}
