using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Health;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// Carries an endpoint's answer to the client, never reading more than the client takes. The head waits for the first
/// bytes of its body, so that both leave in one call and a body that never comes can still be had from elsewhere.
/// </summary>
internal sealed class AnswerRelay(Exchange exchange)
{
    /// <summary>Buffers one answer may fill before other connections have their turn: 1 MiB of large ones.</summary>
    private const int TurnsMax = 16;

    /// <summary>1xx answers to one request; more is no HTTP that anybody speaks.</summary>
    private const int InterimMax = 64;

    /// <summary>A chunk's size in eight digits and its line break, written in front of the data.</summary>
    private const int SizeLine = 10;

    /// <summary>The data's line break and the last chunk behind it: room that receiving leaves.</summary>
    private const int ChunkEnd = 7;

    /// <summary>A head that leaves less room behind it than this does not wait for its body.</summary>
    private const int HeldRoom = 1024;

    private enum Phase
    {
        AwaitsHead,
        HoldsHead,
        Body,

        /// <summary>All that the client will get is in the buffer.</summary>
        Complete,
    }

    private Phase phase;
    private LoopBuffer? buffer;
    private BodyKind kind;
    private ChunkedBody chunks;
    private long left;
    private bool addsChunks;
    private bool keepsUpstream;
    private int interims;

    /// <summary>Bytes of it are with the client: it can no longer be another answer.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>The end of the connection is the end of the body for the client, so breaking off must look otherwise.</summary>
    public bool EndsWithConnection { get; private set; }

    public bool AwaitsHead => phase == Phase.AwaitsHead;

    /// <summary>Moves bytes until one side has to be waited for.</summary>
    public void Pump()
    {
        for (int turn = 0; ; turn++)
        {
            if (phase >= Phase.Body && buffer is { Length: > 0 } && !SendOn()) return;
            if (phase == Phase.Complete)
            {
                exchange.End();
                return;
            }

            UpstreamConnection upstream = exchange.Tries.Upstream!;
            if (!upstream.CanRead)
            {
                Rest();
                return;
            }

            if (turn == TurnsMax)
            {
                exchange.Loop.Defer(upstream);
                return;
            }

            if (!ReceiveMore(upstream)) return;
        }
    }

    /// <summary>For another try.</summary>
    public void Reset()
    {
        if (buffer is not null) exchange.Loop.Buffers.Return(buffer);
        buffer = null;
        phase = Phase.AwaitsHead;
        addsChunks = false;
        interims = 0;
    }

    public void End()
    {
        Reset();
        HasStarted = EndsWithConnection = false;
    }

    /// <summary>The gateway's own answer instead.</summary>
    public void Say(ReadOnlySpan<byte> answer)
    {
        Reset();
        BufferPool buffers = exchange.Loop.Buffers;
        buffer = answer.Length <= BufferPool.SmallBytes ? buffers.Rent() : buffers.RentLarge(answer.Length);
        buffer.Append(answer);
        phase = Phase.Complete;
    }

    private bool SendOn()
    {
        ClientConnection client = exchange.Client;
        LoopBuffer from = buffer!;
        int sent = client.CanWrite ? client.Send(from, from.Start, from.End) : 0;
        if (sent == LoopSocket.Broken)
        {
            exchange.ClientGone();
            return false;
        }

        if (sent > 0)
        {
            HasStarted = true;
            from.Start += sent;
            exchange.AnswerProgressed();
        }

        if (from.Length > 0)
        {
            exchange.AwaitClient();
            return false;
        }

        from.Clear();
        return true;
    }

    /// <summary>Waiting for the endpoint: nothing is held that nothing is in.</summary>
    private void Rest()
    {
        if (buffer is not { Length: 0 }) return;
        exchange.Loop.Buffers.Return(buffer);
        buffer = null;
    }

    private bool ReceiveMore(UpstreamConnection upstream)
    {
        BufferPool buffers = exchange.Loop.Buffers;
        if (buffer is { Length: 0 } && left > BufferPool.SmallBytes && buffer.Bytes.Length < BufferPool.LargeBytes)
            Rest();
        buffer ??= phase != Phase.AwaitsHead && left > BufferPool.SmallBytes ? buffers.RentLarge() : buffers.Rent();
        int at = buffer.End + (addsChunks ? SizeLine : 0);
        int got = upstream.Receive(buffer, at, buffer.Bytes.Length - at - ChunkEnd);
        if (got == 0)
        {
            Rest();
            return false;
        }

        if (got < 0) return Ended(got);
        if (phase == Phase.AwaitsHead)
        {
            buffer.End += got;
            return ReadHead();
        }

        exchange.AnswerProgressed();
        if (!Take(at, got)) return false;
        if (phase == Phase.HoldsHead && buffer.End > at - (addsChunks ? SizeLine : 0)) phase = Phase.Body;
        return true;
    }

    /// <summary>The endpoint has closed or broken the connection: that is an end where nothing else tells it.</summary>
    private bool Ended(int how)
    {
        if (phase != Phase.AwaitsHead && kind == BodyKind.UntilClose && how == LoopSocket.Ended)
        {
            Complete(reusable: false);
            return true;
        }

        exchange.Tries.Failed(phase == Phase.AwaitsHead ? AttemptOutcome.NoAnswer : AttemptOutcome.Truncated);
        return false;
    }

    private bool ReadHead()
    {
        AnswerHead head = exchange.Loop.Answer;
        while (true)
        {
            LoopBuffer from = buffer!;
            HeadVerdict verdict = head.Parse(from.Content, exchange.Method == "HEAD");
            int limit = exchange.Loop.Parts.AnswerHeadBytesMax;
            if (verdict == HeadVerdict.Incomplete && from.Length <= limit)
            {
                if (from.Free > ChunkEnd) return true;
                if (from.Start > LoopBuffer.Headroom) from.Compact();
                else buffer = exchange.Loop.Buffers.Grow(from, Math.Max(limit + HeldRoom, BufferPool.LargeBytes));
                return true;
            }

            const int SwitchingProtocols = 101;
            if (verdict != HeadVerdict.Complete || head.Length > limit || head.Status == SwitchingProtocols)
            {
                exchange.Tries.Failed(AttemptOutcome.NoAnswer);
                return false;
            }

            if (head.Status >= 200) return TakeHead(from, head);
            if (!PassInterim(from, head)) return false;
            if (from.Length == 0) return true;
        }
    }

    /// <summary>
    /// 100 and 103 are passed on at once. They are hints: a client that has no room for them does without.
    /// </summary>
    private bool PassInterim(LoopBuffer from, AnswerHead head)
    {
        if (++interims > InterimMax)
        {
            exchange.Tries.Failed(AttemptOutcome.NoAnswer);
            return false;
        }

        ClientConnection client = exchange.Client;
        if (exchange.IsHttp11 && client.CanWrite)
        {
            EventLoop loop = exchange.Loop;
            int length = loop.Parts.Answers.Write(loop.Scratch, from.Content, head, default, default);
            LoopBuffer interim = length <= BufferPool.SmallBytes ? loop.Buffers.Rent() : loop.Buffers.RentLarge(length);
            interim.Append(loop.Scratch.AsSpan(0, length));
            int sent = client.Send(interim, interim.Start, interim.End);
            loop.Buffers.Return(interim);
            if (sent == LoopSocket.Broken || (sent > 0 && sent < length))
            {
                exchange.ClientGone();
                return false;
            }
        }

        from.Start += head.Length;
        return true;
    }

    private bool TakeHead(LoopBuffer from, AnswerHead head)
    {
        kind = head.Body;
        left = head.ContentLength;
        keepsUpstream = head.KeepsAlive;
        bool knowsChunks = exchange.IsHttp11;
        addsChunks = kind == BodyKind.UntilClose && knowsChunks;
        bool dropsChunks = kind == BodyKind.Chunked && !knowsChunks;
        EndsWithConnection = dropsChunks || (kind == BodyKind.UntilClose && !addsChunks);
        chunks = new ChunkedBody(dropsChunks ? ChunkOutput.Data : ChunkOutput.ChunksAndTrailers);
        exchange.HeadArrived(head, closes: EndsWithConnection);

        EventLoop loop = exchange.Loop;
        var changes = new AnswerChanges(
            addsChunks, dropsChunks, exchange.WillClose, SaysKeepAlive: !exchange.IsHttp11 && !exchange.WillClose);
        int length = loop.Parts.Answers.Write(
            loop.Scratch, from.Content, head, changes, head.HasDate ? default : loop.Date.Get());
        int body = from.Start + head.Length;
        int count = from.End - body;
        int begins = addsChunks && count > 0 ? body - SizeLine : body;
        bool waits = !head.IsEventStream && from.Free > HeldRoom;
        // The new head fits: it is longer than the old one by less than the room in front.
        from.Start = begins - length;
        from.End = body;
        loop.Scratch.AsSpan(0, length).CopyTo(from.Bytes.AsSpan(from.Start));
        if (!Take(body, count)) return false;
        if (phase != Phase.Complete) phase = from.End > body || !waits ? Phase.Body : Phase.HoldsHead;
        return true;
    }

    /// <summary>
    /// Takes received bytes for what they are and extends the buffer's content by what the client gets of them. False
    /// when the exchange has gone another way.
    /// </summary>
    private bool Take(int at, int count)
    {
        int produced = count;
        bool done = kind == BodyKind.None;
        bool exceeds = false;
        switch (kind)
        {
            case BodyKind.None:
                exceeds = count > 0;
                produced = 0;
                break;
            case BodyKind.Length:
                produced = (int)Math.Min(left, count);
                left -= produced;
                done = left == 0;
                exceeds = produced < count;
                break;
            case BodyKind.Chunked:
                ChunkVerdict verdict =
                    chunks.Process(buffer!.Bytes.AsSpan(at, count), out int consumed, out produced);
                if (verdict == ChunkVerdict.Malformed)
                {
                    exchange.Tries.Failed(AttemptOutcome.Truncated);
                    return false;
                }

                done = verdict == ChunkVerdict.Done;
                exceeds = consumed < count;
                break;
        }

        if (addsChunks && produced > 0) Wrap(at, produced);
        else if (produced > 0) buffer!.End = at + produced;
        if (done) Complete(keepsUpstream && !exceeds);
        return true;
    }

    /// <summary>Makes a chunk of data that has a size line's room in front of it.</summary>
    private void Wrap(int at, int count)
    {
        Span<byte> bytes = buffer!.Bytes;
        count.TryFormat(bytes[(at - SizeLine)..], out _, "X8", null);
        "\r\n"u8.CopyTo(bytes[(at - 2)..]);
        "\r\n"u8.CopyTo(bytes[(at + count)..]);
        buffer.End = at + count + 2;
    }

    private void Complete(bool reusable)
    {
        buffer ??= exchange.Loop.Buffers.Rent();
        if (addsChunks) buffer.Append("0\r\n\r\n"u8);
        phase = Phase.Complete;
        exchange.AnswerReceived(reusable);
    }
}
