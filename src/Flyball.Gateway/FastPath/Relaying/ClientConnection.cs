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
    /// <summary>How long a connection whose last answer is sent is read from, so that no reset overtakes the answer.</summary>
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Buffers that are read and thrown away in one turn.</summary>
    private const int DiscardsMax = 16;

    private static readonly byte[] Preface = "PRI * HTTP/2.0"u8.ToArray();

    /// <summary>A TLS record of the handshake begins with it.</summary>
    private const byte TlsHandshake = 0x16;

    private readonly IHandOver handOver;
    private LoopBuffer? input;
    private Exchange? exchange;
    private IPAddress? address;
    private byte[]? addressText;
    private bool headBegun;
    private bool served;
    private bool isServing;
    private bool lingers;

    public ClientConnection(EventLoop loop, int descriptor, IHandOver handOver)
        : base(loop, descriptor)
    {
        this.handOver = handOver;
        Timer = new LoopTimer(this);
    }

    public LoopTimer Timer { get; }

    /// <summary>What was received and not yet taken.</summary>
    public LoopBuffer Input => input!;

    public bool IsIdle => exchange is null && !headBegun;

    public Exchange? Exchange => exchange;

    public IPAddress? Address
    {
        get
        {
            if (address is not null || !IsOpen) return address;
            Span<byte> peer = stackalloc byte[28];
            if (Posix.Address(Descriptor, own: false, peer) < 0) return null;
            IPAddress from = LoopParts.EndPointOf(peer).Address;
            return address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        }
    }

    public ReadOnlySpan<byte> AddressText =>
        addressText ??= Encoding.ASCII.GetBytes(Address?.ToString() ?? "unknown");

    public void Begin() => Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.KeepAliveTimeout));

    public override void OnReady()
    {
        if (exchange is { } current) current.OnClientReady();
        else if (lingers) Discard();
        else Read();
    }

    public void OnTimer()
    {
        if (exchange is { } current) current.OnTimer();
        else if (headBegun && !lingers) Refuse(HeadFault.SlowHead);
        else Close();
    }

    public override void Abandon()
    {
        exchange?.ClientGone();
        Close();
    }

    /// <summary>
    /// Puts another head in place of the first <paramref name="length"/> bytes of the input, so that it ends where the
    /// body begins, and makes room where it does not fit. Returns where the body begins.
    /// </summary>
    public int ReplaceHead(int length, ReadOnlySpan<byte> head, out int start)
    {
        LoopBuffer from = Input;
        int body = from.Start + length;
        if (body < head.Length)
        {
            int rest = from.End - body;
            if (from.Bytes.Length - LoopBuffer.Headroom < head.Length + rest)
            {
                from.Start = body;
                input = from = Loop.Buffers.Grow(from, head.Length + rest);
                from.Bytes.AsSpan(from.Start, rest).CopyTo(from.Bytes.AsSpan(LoopBuffer.Headroom + head.Length));
            }
            else
            {
                from.Bytes.AsSpan(body, rest).CopyTo(from.Bytes.AsSpan(LoopBuffer.Headroom + head.Length));
            }

            body = LoopBuffer.Headroom + head.Length;
            from.End = body + rest;
        }

        start = body - head.Length;
        head.CopyTo(from.Bytes.AsSpan(start));
        return body;
    }

    /// <summary>Bytes that came behind a body begin the next request.</summary>
    public void PutBack(ReadOnlySpan<byte> bytes)
    {
        if (Input.Free < bytes.Length) input = Loop.Buffers.Grow(Input, Input.Length + bytes.Length);
        Input.Append(bytes);
    }

    /// <summary>The exchange is over; the next request, or the end.</summary>
    public void ExchangeEnded(bool keeps)
    {
        exchange = null;
        headBegun = false;
        if (!IsOpen) ReleaseInput();
        else if (!keeps) EndGently();
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
        ReleaseInput();
        Loop.Timers.Remove(Timer);
        CloseDescriptor();
        Loop.Clients.Remove();
        Loop.Parts.RemoveConnection();
    }

    private void Continue()
    {
        if (Input.Length > 0) Serve();
        if (exchange is not null || !IsOpen || lingers) return;
        if (CanRead) Read();
        else Rest();
    }

    private void Read()
    {
        while (exchange is null && IsOpen && !lingers)
        {
            if (!CanRead)
            {
                Rest();
                return;
            }

            LoopBuffer into = input ??= Loop.Buffers.Rent();
            if (into.Free == 0 && !MakeRoom(ref into))
            {
                Refuse(HeadFault.LongHead);
                return;
            }

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
        while (exchange is null && IsOpen && !lingers && Input.Length > 0 && ServeOne())
        {
        }

        isServing = false;
    }

    /// <summary>False when more bytes are needed, or the connection is another's now.</summary>
    private bool ServeOne()
    {
        LoopBuffer from = Input;
        ReadOnlySpan<byte> content = from.Content;
        if (!served && (content[0] == TlsHandshake || content[0] == 'P') && IsForeignAtFirst(content, out bool waits))
            return !waits && HandOver(isHttp2: content[0] == 'P');

        // RFC 9112 §2.2: an empty line before a request is passed over.
        if (content.StartsWith("\r\n"u8))
        {
            from.Start += 2;
            return true;
        }

        RequestHead head = Loop.Request;
        switch (head.Parse(content))
        {
            case HeadVerdict.Incomplete:
                BeginHead();
                return false;
            case HeadVerdict.Refused:
                Refuse(head.Fault!);
                return false;
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
        served = true;
        exchange = Loop.Exchanges.Rent();
        exchange.Begin(this, route, head, decoded);
        return true;
    }

    private void BeginHead()
    {
        if (headBegun) return;
        headBegun = true;
        Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.RequestHeadersTimeout));
    }

    /// <summary>Nothing to do until the client sends: only a head that has begun keeps its buffer.</summary>
    private void Rest()
    {
        if (headBegun) return;
        if (input is { Length: 0 }) ReleaseInput();
        if (Loop.IsStopping) Close();
        else Loop.Timers.Set(Timer, Loop.After(Loop.Parts.Options.KeepAliveTimeout));
    }

    private void Refuse(HeadFault fault)
    {
        Input.Clear();
        exchange = Loop.Exchanges.Rent();
        exchange.Refuse(this, fault);
    }

    private bool MakeRoom(ref LoopBuffer buffer)
    {
        int most = Loop.Parts.RequestHeadBytesMax;
        if (buffer.Start > LoopBuffer.Headroom) buffer.Compact();
        else if (buffer.Length > most) return false;
        else input = buffer = Loop.Buffers.Grow(buffer, Math.Max(most + 1, BufferPool.LargeBytes));
        return true;
    }

    /// <summary>The first bytes of a connection may be another protocol's; <paramref name="waits"/>: or may become so.</summary>
    private bool IsForeignAtFirst(ReadOnlySpan<byte> content, out bool waits)
    {
        waits = false;
        if (content[0] == TlsHandshake) return true;
        int length = Math.Min(content.Length, Preface.Length);
        if (!content[..length].SequenceEqual(Preface.AsSpan(0, length))) return false;
        waits = length < Preface.Length;
        if (waits) BeginHead();
        return true;
    }

    private bool HandOver(bool isHttp2)
    {
        byte[] unread = Input.Content.ToArray();
        ReleaseInput();
        Loop.Timers.Remove(Timer);
        Loop.Clients.Remove();
        handOver.Take(Detach(), unread, isHttp2);
        return false;
    }

    /// <summary>Ends the connection so that the client gets all that was sent.</summary>
    private void EndGently()
    {
        bool hasMore = CanRead || input is { Length: > 0 };
        if (PeerDone || !hasMore)
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
        LoopBuffer into = input ??= Loop.Buffers.Rent();
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
            into.Clear();
            ReleaseInput();
            return;
        }

        Loop.Defer(this);
    }

    private void ReleaseInput()
    {
        if (input is not null) Loop.Buffers.Return(input);
        input = null;
    }
}
