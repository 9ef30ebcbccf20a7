using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// Carries a request to the endpoint: first the head with as much of the body as came with it, from the client's own
/// buffer; then the rest as it comes, never more than the endpoint takes. What may have to be sent again is kept.
/// </summary>
internal sealed class RequestRelay(Exchange exchange)
{
    private LoopBuffer? first;
    private int firstStart;
    private int firstEnd;
    private int firstSent;
    private LoopBuffer? rest;
    private BodyKind kind;
    private ChunkedBody chunks;
    private long left;
    private long bodyBytesMax;
    private long restBytes;
    private bool keeps;
    private bool gaveUp;

    /// <summary>The body was read from the client to its end.</summary>
    public bool IsRead { get; private set; }

    /// <summary>All of it is with the kernel, on its way to the endpoint.</summary>
    public bool IsSent { get; private set; }

    /// <summary>All that was read of it is still here.</summary>
    public bool CanRewind => restBytes == 0 || keeps;

    /// <summary>Data of the body so far, for the rate that a client must keep.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// Takes over a request. The head to send stands in the client's buffer from <paramref name="start"/> to
    /// <paramref name="body"/>; what follows it belongs to the body, the next request or both. The buffer's start is
    /// put to where the next request begins.
    /// </summary>
    /// <returns>Why the body is refused, or null.</returns>
    public HeadFault? Begin(LoopBuffer input, int start, int body, RequestHead head, long bodyBytesMax, bool keeps)
    {
        first = input;
        firstStart = firstSent = start;
        kind = head.Body;
        left = head.ContentLength;
        chunks = new ChunkedBody(ChunkOutput.Chunks);
        this.bodyBytesMax = bodyBytesMax;
        this.keeps = keeps;
        IsSent = IsRead = gaveUp = false;
        restBytes = 0;
        BytesRead = 0;
        HeadFault? fault = Take(input, body, input.End - body, out int produced, out int consumed);
        firstEnd = body + produced;
        input.Start = body + consumed;
        return fault;
    }

    /// <summary>Sends and reads until one side has to be waited for.</summary>
    public void Pump()
    {
        UpstreamConnection upstream = exchange.Tries.Upstream!;
        while (!IsSent && !gaveUp && upstream.CanWrite)
        {
            if (firstSent < firstEnd)
            {
                if (!Sent(upstream.Send(first!, firstSent, firstEnd), out int taken)) return;
                firstSent += taken;
            }
            else if (rest is { Length: > 0 })
            {
                if (!Sent(upstream.Send(rest, rest.Start, rest.End), out int taken)) return;
                rest.Start += taken;
            }
            else if (IsRead)
            {
                IsSent = true;
            }
            else if (!ReadMore())
            {
                return;
            }
        }
    }

    /// <summary>For another try from the beginning.</summary>
    public void Rewind()
    {
        firstSent = firstStart;
        if (rest is not null) rest.Start = LoopBuffer.Headroom;
        IsSent = gaveUp = false;
    }

    /// <summary>There is nothing to carry: the gateway answers by itself.</summary>
    public void Pass() => IsRead = IsSent = true;

    public void End()
    {
        if (rest is not null) exchange.Loop.Buffers.Return(rest);
        rest = null;
        first = null;
        BytesRead = 0;
        IsRead = IsSent = false;
    }

    /// <summary>The endpoint takes no more; it may have answered before, so the answer is what counts.</summary>
    private bool Sent(int result, out int taken)
    {
        taken = result;
        if (result != LoopSocket.Broken) return true;
        gaveUp = true;
        exchange.Answer.Pump();
        return false;
    }

    private bool ReadMore()
    {
        ClientConnection client = exchange.Client;
        if (!client.CanRead) return Wait();
        LoopBuffer into = RoomForMore();
        int most = kind == BodyKind.Length ? (int)Math.Min(left, into.Free) : into.Free;
        int got = client.Receive(into, into.End, most);
        if (got == 0) return Wait();
        if (got < 0)
        {
            exchange.ClientGone();
            return false;
        }

        HeadFault? fault = Take(into, into.End, got, out int produced, out int consumed);
        if (fault is not null)
        {
            exchange.RefuseBody(fault);
            return false;
        }

        // What the client sent behind the body begins its next request.
        if (consumed < got) client.Input.PutBack(into.Bytes.AsSpan(into.End + consumed, got - consumed));
        into.End += produced;
        restBytes += produced;
        exchange.BodyProgressed();
        if (IsRead) Exchange.RequestRead(client);
        return true;
    }

    private LoopBuffer RoomForMore()
    {
        BufferPool buffers = exchange.Loop.Buffers;
        int replayMax = exchange.Loop.Parts.Options.ReplayBytesMax;
        if (rest is null)
        {
            if (keeps) rest = buffers.RentLarge((int)(kind == BodyKind.Length ? Math.Min(left, replayMax) : replayMax));
            else rest = kind == BodyKind.Length && left <= BufferPool.SmallBytes ? buffers.Rent() : buffers.RentLarge();
        }

        if (rest.Free == 0 || restBytes >= replayMax) keeps = false;
        if (!keeps) rest.Clear();
        return rest;
    }

    /// <summary>Nothing to send until the client sends more: an empty buffer is not held meanwhile.</summary>
    private bool Wait()
    {
        if (rest is not null && (restBytes == 0 || !keeps))
        {
            exchange.Loop.Buffers.Return(rest);
            rest = null;
        }

        exchange.AwaitBody();
        return false;
    }

    private HeadFault? Take(LoopBuffer buffer, int at, int count, out int produced, out int consumed)
    {
        produced = consumed = 0;
        switch (kind)
        {
            case BodyKind.None:
                IsRead = true;
                return null;
            case BodyKind.Length:
                produced = consumed = (int)Math.Min(left, count);
                left -= consumed;
                BytesRead += consumed;
                IsRead = left == 0;
                return null;
            default:
                ChunkVerdict verdict = chunks.Process(buffer.Bytes.AsSpan(at, count), out consumed, out produced);
                BytesRead = chunks.DataBytes;
                IsRead = verdict == ChunkVerdict.Done;
                if (verdict == ChunkVerdict.Malformed) return HeadFault.Chunk;
                return BytesRead > bodyBytesMax ? HeadFault.LongBody : null;
        }
    }
}
