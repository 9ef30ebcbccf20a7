using System.Text;
using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// A client's connection: waits for requests, hands each to an exchange, and is handed over to the other path when a
/// request is not for this one. While it waits it holds no buffer.
/// </summary>
internal class ClientConnection : GatewaySocket, ITimed
{
    /// <summary>A connection whose last answer is sent is read from, so that no reset overtakes the answer.</summary>
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Buffers that are read and thrown away in one turn.</summary>
    private const int DiscardsMax = 16;

    private readonly IHandOver handOver;
    private bool headBegun;
    private bool hasServed;
    private bool isServing;
    private bool lingers;
    private bool isPassedOn;

    public ClientConnection(EventLoop loop, int descriptor, IHandOver handOver)
        : base(loop, descriptor)
    {
        this.handOver = handOver;
        Timer = new LoopTimer(this);
        Peer = new ClientPeer(this);
        Input = new ClientInput(loop.Buffers, loop.Parts.RequestHeadBytesMax);
    }

    public LoopTimer Timer { get; }

    public ClientInput Input { get; }

    public ClientPeer Peer { get; }

    /// <summary>Neither a request nor the beginning of one is here.</summary>
    public virtual bool IsIdle => Exchange is null && !headBegun;

    /// <summary>What is known of its TLS; null without.</summary>
    public virtual TlsConnection? Tls => null;

    /// <summary>Bytes that were taken by <see cref="LoopSocket.Send"/> are not with the kernel yet.</summary>
    public virtual bool HasUnsent => false;

    public Exchange? Exchange { get; private set; }

    /// <summary>Its place in <see cref="WaitingClients"/>.</summary>
    public (bool IsTaken, ClientConnection? Before, ClientConnection? After) WaitingPlace { get; set; }

    protected IHandOver Receiver => handOver;

    private bool TakesRequests => Exchange is null && IsOpen && !lingers && !isPassedOn;

    public virtual void Begin()
    {
        Loop.Waiting.Add(this);
        Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.KeepAliveTimeout));
    }

    public override void OnReady()
    {
        if (Exchange is { } current) current.OnClientReady();
        else if (lingers) Discard();
        else Read();
    }

    public virtual void OnTimer()
    {
        if (Exchange is { } current) current.OnTimer();
        else if (headBegun && !lingers) Refuse(HeadFault.SlowHead);
        else Close();
    }

    public override void Abandon()
    {
        try
        {
            Exchange?.ClientGone();
        }
        finally
        {
            Close();
        }
    }

    /// <summary>The exchange is over; the next request, or the end.</summary>
    /// <param name="keeps">Another request may follow.</param>
    /// <param name="stillSends">The client may be sending what nobody will read.</param>
    public void ExchangeEnded(bool keeps, bool stillSends)
    {
        Exchange = null;
        headBegun = false;
        if (!IsOpen) return;
        Input.EndRequest();
        if (keeps) Loop.Waiting.Add(this);
        if (!keeps) EndGently(stillSends);
        // A request that was refused at once comes back here from within the loop that goes on with the next one.
        else if (!isServing) Continue();
    }

    /// <summary>The answer cannot be finished.</summary>
    public virtual void BreakOff(bool resets)
    {
        if (resets && IsOpen) Posix.ResetOnClose(Descriptor);
        Close();
    }

    public virtual void Close()
    {
        if (!IsOpen) return;
        Input.Release();
        Loop.Timers.Remove(Timer);
        CloseDescriptor();
        Loop.Waiting.Remove(this);
        Loop.Clients.Remove();
        Loop.Parts.RemoveConnection();
    }

    private void Continue()
    {
        Serve();
        if (TakesRequests && CanRead) Read();
        else if (TakesRequests) Rest();
    }

    private void Read()
    {
        while (TakesRequests)
        {
            if (!CanRead)
            {
                Rest();
                return;
            }

            if (!Input.MakeRoom())
            {
                Refuse(HeadFault.LongHead);
                return;
            }

            LoopBuffer into = Input.Buffer;
            int at = into.End;
            int got = Receive(into, at, into.Free);
            if (got < 0)
            {
                Close();
                return;
            }

            into.End += got;
            // Half a line says nothing new; without this a head that trickles in would be parsed at each byte.
            bool says = !headBegun || into.Length > RequestHead.FirstLineBytesMax
                || into.Bytes.AsSpan(at, got).Contains((byte)'\n');
            if (got > 0 && says) Serve();
        }
    }

    /// <summary>Serves what is in the input until a request is under way or a head is incomplete.</summary>
    private void Serve()
    {
        isServing = true;
        while (TakesRequests && !Input.IsEmpty && ServeOne())
        {
        }

        isServing = false;
    }

    /// <summary>False when more bytes are needed, or the connection is another's now.</summary>
    private bool ServeOne()
    {
        ReadOnlySpan<byte> content = Input.Content;
        if (!hasServed)
        {
            FirstBytes protocol = Protocols.Of(content);
            if (protocol == FirstBytes.Undecided) return BeginHead();
            if (protocol != FirstBytes.Http1) return HandOver(protocol == FirstBytes.Http2);
        }

        // RFC 9112 §2.2: an empty line before a request is passed over.
        if (content.StartsWith("\r\n"u8))
        {
            Input.Buffer.Start += 2;
            return true;
        }

        RequestHead head = Loop.Request;
        switch (head.Parse(content))
        {
            case HeadVerdict.Incomplete:
                return BeginHead();
            case HeadVerdict.Refused:
                return Refuse(head.Fault!);
            case HeadVerdict.Foreign:
                return HandOver(isHttp2: false);
            default:
                return Begin(head, content);
        }
    }

    private bool Begin(RequestHead head, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> target = content.Slice(head.TargetStart, head.TargetLength);
        int path = RequestPath.Decode(target, Loop.Path);
        if (path < 0) return HandOver(isHttp2: false);
        Span<char> host = stackalloc char[RequestHead.HostBytesMax];
        Ascii.ToUtf16(content.Slice(head.HostStart, head.HostLength), host, out int hostLength);
        ReadOnlySpan<char> decoded = Loop.Path.AsSpan(0, path);
        var facts = new HeadFacts(content, head, this);
        RouteMatcher matcher = Loop.Parts.Table.Matcher;
        RouteEntry? route = matcher.Match(host[..hostLength], decoded, facts);
        if (PathAliases.PassBy(matcher, host[..hostLength], decoded, facts, route)) return Refuse(HeadFault.Path);
        if (route is not null && !Eligibility.IsForLoops(route, target)) return HandOver(isHttp2: false);
        hasServed = true;
        Loop.Waiting.Remove(this);
        Exchange = Loop.Exchanges.Rent();
        Exchange.Begin(this, route, head, decoded);
        return true;
    }

    /// <summary>A head is incomplete: its time begins with its first bytes.</summary>
    private bool BeginHead()
    {
        if (headBegun) return false;
        headBegun = true;
        Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.RequestHeadersTimeout));
        return false;
    }

    /// <summary>Nothing to do until the client sends: only a head that has begun keeps its buffer.</summary>
    private void Rest()
    {
        if (headBegun) return;
        Input.ReleaseIfEmpty();
        if (Loop.IsStopping) Close();
        else Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.KeepAliveTimeout));
    }

    private bool Refuse(HeadFault fault)
    {
        Input.Buffer.Clear();
        Loop.Waiting.Remove(this);
        Exchange = Loop.Exchanges.Rent();
        Exchange.Refuse(this, fault);
        return false;
    }

    private bool HandOver(bool isHttp2)
    {
        byte[] unread = Input.Content.ToArray();
        Input.Release();
        Loop.Timers.Remove(Timer);
        isPassedOn = true;
        PassOn(unread, isHttp2);
        return false;
    }

    /// <summary>Gives the connection to the other path, with what was read and not taken.</summary>
    protected virtual void PassOn(byte[] unread, bool isHttp2)
    {
        Loop.Waiting.Remove(this);
        Loop.Clients.Remove();
        handOver.Take(Loop, Detach(), unread, isHttp2);
    }

    /// <summary>Tells the client that nothing more comes.</summary>
    protected virtual void EndSending() => Posix.EndSending(Descriptor);

    /// <summary>Ends the connection so that the client gets all that was sent.</summary>
    protected void EndGently(bool stillSends)
    {
        Loop.Waiting.Remove(this);
        if (PeerDone || !(stillSends || CanRead || !Input.IsEmpty))
        {
            Close();
            return;
        }

        lingers = true;
        EndSending();
        Loop.Timers.Set(Timer, Loop.After(LingerTimeout));
        Discard();
    }

    private void Discard()
    {
        if (DiscardReceived(Input.Buffer, DiscardsMax) is not { } hasEnded) Loop.Defer(this);
        else if (hasEnded) Close();
        else Input.ReleaseIfEmpty();
    }
}
