using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// One loop's share of a door: accepts connections and keeps them on its loop. The kernel spreads a door's connections
/// over its loops.
/// </summary>
internal sealed partial class Door : GatewaySocket, ITimed
{
    /// <summary>Connections accepted in one turn; the rest is told of again.</summary>
    private const int AcceptedMax = 64;

    /// <summary>The wait after a connection could not be accepted for want of descriptors or memory.</summary>
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(100);

    private readonly IHandOver handOver;
    private readonly bool isSecure;
    private readonly LoopTimer timer;

    public Door(EventLoop loop, int descriptor, IHandOver handOver, bool isSecure)
        : base(loop, descriptor)
    {
        this.handOver = handOver;
        this.isSecure = isSecure;
        timer = new LoopTimer(this);
    }

    /// <summary>Begins to accept; on the loop's thread.</summary>
    public bool Open() => Loop.Poller.Add(this, Posix.Readable);

    /// <summary>Accepts no more; on the loop's thread.</summary>
    public bool Close()
    {
        Loop.Timers.Remove(timer);
        CloseDescriptor();
        return true;
    }

    public override void OnReady()
    {
        for (int i = 0; i < AcceptedMax; i++)
        {
            int descriptor = Posix.Accept(Descriptor);
            if (descriptor == -Posix.Again) return;
            if (descriptor >= 0) Accept(descriptor);
            else if (Posix.IsOwnLimit(-descriptor))
            {
                if (MakeRoom()) continue;
                Pause(descriptor);
                return;
            }
        }
    }

    public void OnTimer() => Loop.Poller.Change(this, Posix.Readable);

    public override void Abandon() => Pause(0);

    private void Accept(int descriptor)
    {
        LoopParts parts = Loop.Parts;
        if (!parts.TryAddConnection() && !(MakeRoom() && parts.TryAddConnection()))
        {
            parts.Metrics.Refused("connections");
            Posix.Close(descriptor);
            return;
        }

        ClientConnection client = isSecure
            ? new SecureClient(Loop, descriptor, handOver)
            : new ClientConnection(Loop, descriptor, handOver);
        if (!Loop.Poller.Add(client))
        {
            parts.RemoveConnection();
            Posix.Close(descriptor);
            return;
        }

        Loop.Clients.Add();
        client.Begin();
    }

    /// <summary>
    /// Whoever comes is worth more than whoever asks nothing: the connection that has waited longest is closed.
    /// </summary>
    private bool MakeRoom()
    {
        if (!Loop.Waiting.CloseFirst()) return false;
        Loop.Parts.Metrics.Displaced();
        return true;
    }

    /// <summary>Running out of descriptors or memory passes: the door stays open and tries again.</summary>
    private void Pause(int error)
    {
        Log.NotAccepted(Loop.Parts.Logger, -error);
        Loop.Poller.Change(this, 0);
        Loop.Timers.Set(timer, Loop.After(AcceptDelay));
    }

    private static partial class Log
    {
        [LoggerMessage(3062, LogLevel.Error, "A connection could not be accepted: error {Error}")]
        public static partial void NotAccepted(ILogger logger, int error);
    }
}
