using System.Net;
using Flyball.Base.Loops;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>The listening socket of a local port: accepts on one loop and spreads the connections over all.</summary>
internal sealed partial class RelayDoor : LoopSocket, ITimed
{
    private const int Backlog = 4_096;

    /// <summary>Connections accepted in one turn; the rest is told of again.</summary>
    private const int AcceptedMax = 64;

    /// <summary>The wait after a connection could not be accepted for want of descriptors or memory.</summary>
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(100);

    private readonly RelayLoop[] loops;
    private readonly UsePort port;
    private readonly ILogger logger;
    private readonly LoopTimer timer;
    private int turn;

    private RelayDoor(RelayLoop[] loops, int descriptor, UsePort port, ILogger logger)
        : base(loops[0], descriptor)
    {
        this.loops = loops;
        this.port = port;
        this.logger = logger;
        timer = new LoopTimer(this);
    }

    /// <exception cref="IOException">The address is in use, or not this machine's.</exception>
    public static async Task<RelayDoor> OpenAsync(RelayLoop[] loops, UsePort port, ILogger logger)
    {
        var door = new RelayDoor(loops, Bind(port.Spec.Listen), port, logger);
        await loops[0].AskAsync(() => loops[0].Poller.Add(door, Posix.Readable));
        return door;
    }

    /// <summary>Accepts no more; connections that stand go on. From any thread.</summary>
    public Task CloseAsync() => Loop.AskAsync(() =>
    {
        Loop.Timers.Remove(timer);
        CloseDescriptor();
        return true;
    });

    public override void OnReady()
    {
        for (int i = 0; i < AcceptedMax; i++)
        {
            int descriptor = Posix.Accept(Descriptor);
            if (descriptor == -Posix.Again) return;
            if (descriptor >= 0) Accept(descriptor);
            else if (Posix.IsOwnLimit(-descriptor))
            {
                Pause(-descriptor);
                return;
            }
        }
    }

    public void OnTimer() => Loop.Poller.Change(this, Posix.Readable);

    public override void Abandon() => Pause(0);

    private static int Bind(IPEndPoint address)
    {
        SocketAddress serialised = address.Serialize();
        ReadOnlySpan<byte> bytes = serialised.Buffer.Span[..serialised.Size];
        int socket = Posix.Socket(BitConverter.ToUInt16(bytes));
        if (socket < 0) throw new IOException($"there are no descriptors left (error {-socket})");
        Posix.ReuseAddress(socket);
        Posix.NoDelay(socket);
        int result = Posix.Bind(socket, bytes);
        if (result >= 0) result = Posix.Listen(socket, Backlog);
        if (result >= 0) return socket;
        Posix.Close(socket);
        throw new IOException(result == -Posix.AddressInUse
            ? "another program listens there" : $"it cannot be listened on (error {-result})");
    }

    private void Accept(int descriptor)
    {
        if (!port.TryEnter())
        {
            Posix.ResetOnClose(descriptor);
            Posix.Close(descriptor);
            return;
        }

        RelayLoop loop = loops[turn++ % loops.Length];
        if (loop == Loop) new Relay(loop, descriptor, port).Begin();
        else loop.Post(() => new Relay(loop, descriptor, port).Begin());
        if (turn == int.MaxValue) turn = 0;
    }

    /// <summary>Running out of descriptors or memory passes: the door stays open and tries again.</summary>
    private void Pause(int error)
    {
        Log.NotAccepted(logger, port.Spec.Listen, error);
        Loop.Poller.Change(this, 0);
        Loop.Timers.Set(timer, Loop.After(AcceptDelay));
    }

    private static partial class Log
    {
        [LoggerMessage(4091, LogLevel.Warning, "{Door} cannot accept: error {Error}")]
        public static partial void NotAccepted(ILogger logger, IPEndPoint door, int error);
    }
}
