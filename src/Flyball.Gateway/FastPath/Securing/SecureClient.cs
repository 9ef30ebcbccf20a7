using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// A client's connection at the TLS door: greets, and is then a connection like any other whose bytes are encrypted on
/// their way. What the other path has to serve goes there untouched before the handshake, and through a tunnel after.
/// </summary>
internal sealed unsafe class SecureClient : ClientConnection
{
    /// <summary>
    /// Encrypted bytes that wait for the kernel. Data waits for one call's worth; on top come answers to a client's
    /// requests for new keys, which a client that reads nothing could ask for without an end.
    /// </summary>
    private const int UnsentBytesMax = 2 * LoopBio.OutBytesMax;

    private Greeting? greeting;
    private TlsSession? session;
    private Tunnel? tunnel;
    private TlsConnection? tls;
    private LoopBuffer? unsent;
    private bool saidEnd;

    public SecureClient(EventLoop loop, int descriptor, IHandOver handOver)
        : base(loop, descriptor, handOver)
    {
        greeting = new Greeting(this);
    }

    public override TlsConnection? Tls => tls;

    public override bool IsIdle => tunnel is null && base.IsIdle && !HasUnsent;

    public override bool HasUnsent => unsent is not null;

    public override void Begin()
    {
        Loop.Waiting.Add(this);
        Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Tls.HandshakeTimeout));
    }

    public override void OnReady()
    {
        if (greeting is { } begins) begins.Continue();
        else if (Flush()) Turn();
    }

    public override void OnTimer()
    {
        if (greeting is { } late) late.TooLate();
        else if (tunnel is { } stuck) stuck.Break();
        else base.OnTimer();
    }

    public override int Receive(LoopBuffer buffer, int at, int most)
    {
        // What is thrown away of a client without TLS.
        if (session is null) return base.Receive(buffer, at, most);
        LoopBio bio = BeginTurn();
        int got = session.Read(buffer.Pointer + at, most);
        HoldsInput = got > 0 && session.HoldsInput;
        return Leave(bio) ? got : Broken;
    }

    public override int Send(LoopBuffer buffer, int start, int end)
    {
        int at = start;
        while (at < end && !HasUnsent)
        {
            LoopBio bio = BeginTurn();
            int length = Math.Min(end - at, LoopBio.WriteBytesMax);
            if (length <= LoopBio.RecordBytesMax) bio.SendAtOnce();
            if (!session!.Write(buffer.Pointer + at, length) || !Leave(bio)) return Broken;
            at += length;
        }

        return at - start;
    }

    public override void BreakOff(bool resets)
    {
        // A client that is told of an orderly end would take what it has for the whole.
        saidEnd = true;
        base.BreakOff(resets);
    }

    public override void Abandon()
    {
        saidEnd = true;
        base.Abandon();
    }

    public override void Close()
    {
        if (!IsOpen) return;
        // What a tunnel carries is not the whole while it is open.
        if (tunnel is null) SayEnd();
        tunnel?.Close();
        base.Close();
    }

    public override void CloseDescriptor()
    {
        base.CloseDescriptor();
        session?.Dispose();
        if (unsent is not null) Loop.Buffers.Return(unsent);
        unsent = null;
    }

    /// <summary>The client's greeting is not for this path; nothing of it was taken.</summary>
    public void PassOnUntouched()
    {
        greeting = null;
        Loop.Timers.Remove(Timer);
        base.PassOn([], isHttp2: false);
    }

    /// <summary>The client speaks no TLS: if it speaks HTTP, it is told so in its own words.</summary>
    public void RefusePlain(bool isHttp)
    {
        greeting = null;
        if (isHttp)
        {
            byte[] answer = OwnAnswer.Make(
                Refusal.NoTls, "Ask again with https.", null, json: false, new AnswerEnd(false, true, true), Loop.Date);
            fixed (byte* from = answer) SendBytes(from, answer.Length);
        }

        EndGently(stillSends: isHttp);
    }

    /// <summary>A certificate was found, and the handshake begins.</summary>
    public TlsSession? BeginSession(SslContextHandle context) => session = TlsSession.Begin(context, Loop.Bio);

    /// <summary>The handshake is done: from here on the connection is one of the loop's.</summary>
    public void Stand(string serverName)
    {
        greeting = null;
        tls = new TlsConnection(serverName, asked: false);
        HoldsInput = session!.HoldsInput;
        base.Begin();
        if (CanRead) Turn();
    }

    /// <summary>Gives the session its turn; <see cref="Leave"/> ends it.</summary>
    public LoopBio BeginTurn()
    {
        LoopBio bio = Loop.Bio;
        bio.Begin(Descriptor, KernelHolds, PeerDone);
        return bio;
    }

    /// <summary>Sends what the session has written, behind what waits already; false when that cannot be.</summary>
    public bool Leave(LoopBio bio)
    {
        KernelHolds = bio.KernelHolds;
        if (bio.IsBroken) return false;
        int length = bio.Out.Length;
        if (length == 0) return true;
        int sent = HasUnsent ? 0 : SendBytes(bio.OutPointer, length);
        if (sent == Broken) return false;
        return sent == length || Keep(bio.Out[sent..]);
    }

    /// <summary>Sends what waits; false when the connection is broken, and closed then.</summary>
    public bool Flush()
    {
        if (unsent is not { } waiting || !CanWrite) return true;
        int sent = SendBytes(waiting.Pointer + waiting.Start, waiting.Length);
        if (sent == Broken)
        {
            Abandon();
            return false;
        }

        waiting.Start += sent;
        if (sent > 0) Progressed();
        if (waiting.Length > 0) return true;
        Loop.Buffers.Return(waiting);
        unsent = null;
        return true;
    }

    /// <summary>The other path has ended its side, and the client has all of it.</summary>
    public void EndTunnel()
    {
        tunnel = null;
        EndGently(stillSends: true);
    }

    /// <summary>The connection stays on the loop, and what it carries goes on to the other path.</summary>
    protected override void PassOn(byte[] unread, bool isHttp2)
    {
        Loop.Waiting.Remove(this);
        tunnel = Tunnel.Open(this, new TunnelFacts(this, tls!, session!), unread, Receiver);
        if (tunnel is null) Abandon();
        else tunnel.Pump();
    }

    protected override void EndSending()
    {
        SayEnd();
        base.EndSending();
    }

    private void Turn()
    {
        if (tunnel is { } open) open.Pump();
        else base.OnReady();
    }

    private void Progressed()
    {
        Exchange?.AnswerProgressed();
        tunnel?.Progressed();
    }

    private bool Keep(ReadOnlySpan<byte> rest)
    {
        if (unsent is not { } waiting)
        {
            unsent = waiting = Loop.Buffers.RentLarge(rest.Length);
        }
        else if (waiting.Length + rest.Length > UnsentBytesMax)
        {
            Loop.Parts.Metrics.Refused("tls-unsent");
            return false;
        }
        else if (waiting.Free < rest.Length)
        {
            unsent = waiting = Loop.Buffers.Grow(waiting, waiting.Length + rest.Length);
        }

        waiting.Append(rest);
        return true;
    }

    /// <summary>
    /// Says once that nothing more comes, unless half a record waits: the client must not take that for the end.
    /// </summary>
    private void SayEnd()
    {
        if (saidEnd || session is null || greeting is not null || HasUnsent) return;
        saidEnd = true;
        LoopBio bio = BeginTurn();
        session.EndSending();
        Leave(bio);
    }
}
