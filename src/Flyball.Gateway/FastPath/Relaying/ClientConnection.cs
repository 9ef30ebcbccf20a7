using System.Net;
using System.Text;
using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// A client's connection: waits for requests, hands each to an exchange, and is handed over to the other path when a
/// request is not for this one. While it waits it holds no buffer.
/// </summary>
internal sealed class ClientConnection : LoopSocket, ITimed
{
    /// <summary>
    /// How long a connection whose last answer is sent is read from, so that no reset overtakes the answer.
    /// </summary>
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Buffers that are read and thrown away in one turn.</summary>
    private const int DiscardsMax = 16;

    private readonly IHandOver handOver;
    private IPAddress? address;
    private byte[]? addressText;
    private bool headBegun;
    private bool hasServed;
    private bool isServing;
    private bool lingers;

    public ClientConnection(EventLoop loop, int descriptor, IHandOver handOver)
        : base(loop, descriptor)
    {
        this.handOver = handOver;
        Timer = new LoopTimer(this);
        Input = new ClientInput(loop.Buffers, loop.Parts.RequestHeadBytesMax);
    }

    public LoopTimer Timer { get; }

    public ClientInput Input { get; }

    /// <summary>Neither a request nor the beginning of one is here.</summary>
    public bool IsIdle => Exchange is null && !headBegun;

    public Exchange? Exchange { get; private set; }

    public IPAddress? Address => address ??= PeerAddress();

    public ReadOnlySpan<byte> AddressText =>
        addressText ??= Encoding.ASCII.GetBytes(Address?.ToString() ?? "unknown");

    public void Begin() => Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.KeepAliveTimeout));

    public override void OnReady()
    {
        if (Exchange is { } current) current.OnClientReady();
        else if (lingers) Discard();
        else Read();
    }

    public void OnTimer()
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
        if (!keeps) EndGently(stillSends);
        // A request that was refused at once comes back here from within the loop that goes on with the next one.
        else if (!isServing) Continue();
    }

    /// <summary>The answer cannot be finished.</summary>
    public void BreakOff(bool resets)
    {
        if (resets && IsOpen) Posix.ResetOnClose(Descriptor);
        Close();
    }

    public void Close()
    {
        if (!IsOpen) return;
        Input.Release();
        Loop.Timers.Remove(Timer);
        CloseDescriptor();
        Loop.Clients.Remove();
        Loop.Parts.RemoveConnection();
    }

    private void Continue()
    {
        Serve();
        if (Exchange is not null || !IsOpen || lingers) return;
        if (CanRead) Read();
        else Rest();
    }

    private void Read()
    {
        while (Exchange is null && IsOpen && !lingers)
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
        while (Exchange is null && IsOpen && !lingers && !Input.IsEmpty && ServeOne())
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
        RouteEntry? route = Loop.Parts.Table.Matcher.Match(host[..hostLength], decoded);
        if (route is not null && !Eligibility.IsForLoops(route, target)) return HandOver(isHttp2: false);
        hasServed = true;
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
        Exchange = Loop.Exchanges.Rent();
        Exchange.Refuse(this, fault);
        return false;
    }

    private bool HandOver(bool isHttp2)
    {
        byte[] unread = Input.Content.ToArray();
        Input.Release();
        Loop.Timers.Remove(Timer);
        Loop.Clients.Remove();
        handOver.Take(Detach(), unread, isHttp2);
        return false;
    }

    /// <summary>Ends the connection so that the client gets all that was sent.</summary>
    private void EndGently(bool stillSends)
    {
        if (PeerDone || !(stillSends || CanRead || !Input.IsEmpty))
        {
            Close();
            return;
        }

        lingers = true;
        Posix.EndSending(Descriptor);
        Loop.Timers.Set(Timer, Loop.After(LingerTimeout));
        Discard();
    }

    private void Discard()
    {
        LoopBuffer into = Input.Buffer;
        for (int i = 0; i < DiscardsMax; i++)
        {
            into.Clear();
            int got = CanRead ? Receive(into, into.End, into.Free) : 0;
            if (got < 0)
            {
                Close();
                return;
            }

            if (got > 0) continue;
            Input.ReleaseIfEmpty();
            return;
        }

        Loop.Defer(this);
    }

    private IPAddress? PeerAddress()
    {
        Span<byte> peer = stackalloc byte[28];
        if (!IsOpen || Posix.Address(Descriptor, own: false, peer) < 0) return null;
        IPAddress from = LoopParts.EndPointOf(peer).Address;
        return from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
    }
}
