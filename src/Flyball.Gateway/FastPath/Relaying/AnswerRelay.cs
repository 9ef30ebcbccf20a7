using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Guarding;
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
    private AnswerBody body;
    private bool keepsUpstream;
    private bool comesFast;
    private int interims;
    private (long Head, long Sent) bytes;

    /// <summary>Bytes of it are with the client: it can no longer be another answer.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Bytes of the endpoint's body that the client has, as they are framed; none of an own answer.</summary>
    public long BodyBytesSent => Math.Max(0, bytes.Sent - bytes.Head);

    /// <summary>The client takes the connection's end for the body's, so breaking off must look otherwise.</summary>
    public bool EndsWithConnection => body.EndsWithConnection;

    public bool AwaitsHead => phase == Phase.AwaitsHead;

    /// <summary>Moves bytes until one side has to be waited for.</summary>
    public void Pump()
    {
        for (int turn = 0; ; turn++)
        {
            if (phase >= Phase.Body && buffer is { Length: > 0 } && !SendOn()) return;
            if (phase >= Phase.Body && exchange.Client.HasUnsent)
            {
                exchange.AwaitClient();
                return;
            }

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
        (phase, body, comesFast, interims, bytes) = (Phase.AwaitsHead, default, false, 0, default);
    }

    public void End()
    {
        Reset();
        HasStarted = false;
    }

    /// <summary>The gateway's own answer instead.</summary>
    public void Say(ReadOnlySpan<byte> answer)
    {
        Reset();
        BufferPool buffers = exchange.Loop.Buffers;
        buffer = answer.Length <= BufferPool.SmallBytes ? buffers.Rent() : buffers.RentLarge(answer.Length);
        buffer.Append(answer);
        bytes.Head = answer.Length;
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
            bytes.Sent += sent;
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
        bool isLong = comesFast || body.Left > BufferPool.SmallBytes;
        if (isLong && buffer is { Length: 0 } && buffer.Bytes.Length < BufferPool.LargeBytes) Rest();
        buffer ??= isLong ? buffers.RentLarge() : buffers.Rent();
        int at = buffer.End + body.RoomInFront;
        int most = buffer.Bytes.Length - at - AnswerBody.RoomBehind;
        int got = upstream.Receive(buffer, at, most);
        comesFast = got == most;
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
        int end = buffer.End;
        if (!Take(at, got)) return false;
        if (phase == Phase.HoldsHead && buffer.End > end) phase = Phase.Body;
        return true;
    }

    /// <summary>The endpoint has closed or broken the connection: that is an end where nothing else tells it.</summary>
    private bool Ended(int how)
    {
        if (phase != Phase.AwaitsHead && body.EndsWithUpstream && how == LoopSocket.Ended)
        {
            buffer ??= exchange.Loop.Buffers.Rent();
            body.End(buffer);
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
                if (from.Free > AnswerBody.RoomBehind) return true;
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
        body = new AnswerBody(head, knowsChunks: exchange.IsHttp11);
        keepsUpstream = head.KeepsAlive;
        exchange.HeadArrived(head, closes: body.EndsWithConnection);

        EventLoop loop = exchange.Loop;
        var changes = new AnswerChanges(
            body.AddsChunks, body.DropsChunks, exchange.WillClose,
            SaysKeepAlive: !exchange.IsHttp11 && !exchange.WillClose);
        int length = loop.Parts.Answers.Write(
            loop.Scratch, from.Content, head, changes, head.HasDate ? default : loop.Date.Get(),
            exchange.Passage is { } passage ? Passage.Lines(passage.AnswerHeaders) : default);
        bytes.Head = length;
        int at = from.Start + head.Length;
        int count = from.End - at;
        int begins = count > 0 ? at - body.RoomInFront : at;
        bool waits = !head.IsEventStream && from.Free > HeldRoom;
        // The new head fits: it is longer than the old one by less than the room in front.
        from.Start = begins - length;
        from.End = at;
        loop.Scratch.AsSpan(0, length).CopyTo(from.Bytes.AsSpan(from.Start));
        if (!Take(at, count)) return false;
        if (phase != Phase.Complete) phase = from.End > at || !waits ? Phase.Body : Phase.HoldsHead;
        return true;
    }

    /// <summary>Received bytes of the body; false when the exchange has gone another way.</summary>
    private bool Take(int at, int count)
    {
        BodyVerdict verdict = body.Take(buffer!, at, count);
        if (verdict == BodyVerdict.Malformed)
        {
            exchange.Tries.Failed(AttemptOutcome.Truncated);
            return false;
        }

        if (verdict != BodyVerdict.More) Complete(keepsUpstream && verdict == BodyVerdict.Done);
        return true;
    }

    private void Complete(bool reusable)
    {
        phase = Phase.Complete;
        exchange.AnswerReceived(reusable);
    }
}
