using Flyball.Base.Loops;
using Flyball.Discovery.Sidecar.Using;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>
/// A connection to a local port: reaches a back end, another one when that cannot be reached, and passes bytes both
/// ways until both sides have ended. Nothing of the client is read before a back end is there, so a try costs nobody
/// anything. It belongs to one loop.
/// </summary>
internal sealed class Relay : ITimed
{
    /// <summary>Back ends tried for one connection.</summary>
    public const int TriesMax = 4;

    private readonly RelayLoop loop;
    private readonly UsePort port;
    private readonly RelaySocket client;
    private readonly LoopTimer timer;
    private readonly List<BackEnd> tried = new(1);
    private RelaySocket? back;
    private BackEnd? target;
    private RelayFlow up;
    private RelayFlow down;
    private long upTold;
    private long downTold;
    private State state;

    public Relay(RelayLoop loop, int descriptor, UsePort port)
    {
        this.loop = loop;
        this.port = port;
        client = new RelaySocket(loop, descriptor, this);
        timer = new LoopTimer(this);
    }

    private enum State
    {
        Waiting,
        Connecting,
        Relaying,
        Closed,
    }

    public void Begin()
    {
        if (loop.Poller.Add(client))
        {
            Connect();
            return;
        }

        // It is in no list of the loop's: its descriptor is closed here.
        Posix.Close(client.Descriptor);
        state = State.Closed;
        port.Leave(RelayOutcome.Exhausted);
    }

    /// <summary>There may be a back end now.</summary>
    public void TryAgain()
    {
        if (state != State.Waiting) return;
        port.WaitNoMore(loop, this);
        Connect();
    }

    public void OnReady(RelaySocket socket)
    {
        if (state == State.Relaying) Move();
        else if (socket == client)
        {
            // What it sent stays unread until somebody is there for it; half an end is none.
            if (client.IsBroken) End(RelayOutcome.Broken, isOrderly: false);
        }
        else if (state == State.Connecting && (back!.CanWrite || back.IsBroken))
        {
            int error = Posix.PendingError(back.Descriptor);
            if (error == 0) Stand();
            else FailTry();
        }
    }

    public void OnTimer()
    {
        switch (state)
        {
            case State.Waiting:
                End(RelayOutcome.NoBackEnd, isOrderly: false);
                break;
            case State.Connecting:
                FailTry();
                break;
            case State.Relaying:
                End(RelayOutcome.Idle, isOrderly: false);
                break;
        }
    }

    public void Abandon() => End(RelayOutcome.Broken, isOrderly: false);

    private void Connect()
    {
        while (true)
        {
            if (tried.Count > 0 && !MayTryAnother())
            {
                End(RelayOutcome.Unreached, isOrderly: false);
                return;
            }

            if (port.BackEnds.Choose(port.Spec.Balance, tried) is not { } next)
            {
                if (tried.Count > 0) End(RelayOutcome.Unreached, isOrderly: false);
                else Wait();
                return;
            }

            tried.Add(next);
            int result = Open(next);
            if (result >= 0 || state == State.Closed) return;
            if (Posix.IsOwnLimit(-result))
            {
                next.Health.NotTried();
                End(RelayOutcome.Exhausted, isOrderly: false);
                return;
            }

            port.TryFailed();
            port.BackEnds.Failed(next);
        }
    }

    private bool MayTryAnother()
    {
        if (tried.Count >= TriesMax) return false;
        if (port.Retries.TrySpend()) return true;
        port.RetryRefused();
        return false;
    }

    private void Wait()
    {
        state = State.Waiting;
        port.Wait(loop, this);
        loop.Timers.Set(timer, loop.After(port.Spec.Wait));
    }

    /// <summary>A negated error number when it failed at once.</summary>
    private int Open(BackEnd next)
    {
        int descriptor = Posix.Socket(next.Family);
        if (descriptor < 0) return descriptor;
        Posix.NoDelay(descriptor);
        int result = Posix.Connect(descriptor, next.SocketAddress);
        var socket = new RelaySocket(loop, descriptor, this);
        bool isBegun = result is >= 0 or -Posix.InProgress;
        if (!isBegun || !loop.Poller.Add(socket))
        {
            Posix.Close(descriptor);
            return isBegun ? -Posix.NoMemory : result;
        }

        (back, target, state) = (socket, next, State.Connecting);
        next.Enter();
        loop.Timers.Set(timer, loop.After(port.Spec.ConnectTimeout));
        if (result >= 0)
        {
            socket.BeginConnected();
            Stand();
        }
        else
        {
            socket.BeginConnecting();
        }

        return 0;
    }

    private void Stand()
    {
        state = State.Relaying;
        port.BackEnds.Succeeded(target!);
        Move();
    }

    private void FailTry()
    {
        BackEnd failed = target!;
        LetGo();
        state = State.Waiting;
        port.TryFailed();
        port.BackEnds.Failed(failed);
        Connect();
    }

    private void Move()
    {
        LoopSocket? broken = up.Move(loop, client, back!) ?? down.Move(loop, back!, client);
        long sent = up.Bytes - upTold;
        long received = down.Bytes - downTold;
        if (sent + received > 0)
        {
            (upTold, downTold) = (up.Bytes, down.Bytes);
            port.Carried(sent, received);
        }

        if (broken is not null)
        {
            // Who breaks off before he has said anything did not serve.
            if (broken == back && down.Bytes == 0) port.BackEnds.Failed(target!);
            End(RelayOutcome.Broken, isOrderly: false);
        }
        else if (up.IsDone && down.IsDone)
        {
            End(RelayOutcome.Ended, isOrderly: true);
        }
        else
        {
            loop.Timers.Set(timer, loop.After(port.Spec.Idle));
        }
    }

    /// <param name="outcome">Counted.</param>
    /// <param name="isOrderly">Else both sides see a reset: what was cut off must not look whole.</param>
    private void End(RelayOutcome outcome, bool isOrderly)
    {
        if (state == State.Closed) return;
        if (state == State.Waiting) port.WaitNoMore(loop, this);
        if (state == State.Connecting) target!.Health.NotTried();
        state = State.Closed;
        loop.Timers.Remove(timer);
        up.Release(loop);
        down.Release(loop);
        if (!isOrderly)
        {
            Posix.ResetOnClose(client.Descriptor);
            if (back is not null) Posix.ResetOnClose(back.Descriptor);
        }

        LetGo();
        client.CloseDescriptor();
        port.Leave(outcome);
    }

    private void LetGo()
    {
        if (back is null) return;
        back.CloseDescriptor();
        target!.Leave();
        (back, target) = (null, null);
    }
}
