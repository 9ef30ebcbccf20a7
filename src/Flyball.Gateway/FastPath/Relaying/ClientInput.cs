namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// What a client has sent and nobody has taken yet. There is a buffer only while there is something in it or being
/// received.
/// </summary>
internal sealed class ClientInput(BufferPool buffers, int headBytesMax)
{
    private LoopBuffer? buffer;
    private LoopBuffer? following;

    public LoopBuffer Buffer => buffer ??= buffers.Rent();

    public bool IsEmpty => buffer is not { Length: > 0 };

    public ReadOnlySpan<byte> Content => buffer is null ? default : buffer.Content;

    /// <summary>What it takes of this process' memory.</summary>
    public long HeldBytes => (buffer?.Bytes.Length ?? 0) + (following?.Bytes.Length ?? 0);

    /// <summary>Room for more of a head; false when the head is longer than any may be.</summary>
    public bool MakeRoom()
    {
        if (Buffer.Free > 0) return true;
        if (Buffer.Start > LoopBuffer.Headroom) Buffer.Compact();
        else if (Buffer.Length > headBytesMax) return false;
        else buffer = buffers.Grow(Buffer, Math.Max(headBytesMax + 1, BufferPool.LargeBytes));
        return true;
    }

    /// <summary>
    /// Puts another head in place of the first <paramref name="length"/> bytes, so that it ends where the body begins,
    /// and makes room where it does not fit. Returns where the body begins.
    /// </summary>
    public int ReplaceHead(int length, ReadOnlySpan<byte> head, out int start)
    {
        LoopBuffer from = Buffer;
        int body = from.Start + length;
        if (body < head.Length)
        {
            int rest = from.End - body;
            from.Start = body;
            if (from.Bytes.Length - LoopBuffer.Headroom < head.Length + rest)
                buffer = from = buffers.Grow(from, head.Length + rest);
            int moved = LoopBuffer.Headroom + head.Length;
            from.Content.CopyTo(from.Bytes.AsSpan(moved));
            body = moved;
            from.End = moved + rest;
        }

        start = body - head.Length;
        head.CopyTo(from.Bytes.AsSpan(start));
        return body;
    }

    /// <summary>
    /// Bytes that came behind a body begin the next request. The buffer they follow may still have to be sent again, so
    /// they wait in one of their own.
    /// </summary>
    public void PutBack(ReadOnlySpan<byte> bytes)
    {
        following = buffers.RentLarge(bytes.Length);
        following.Append(bytes);
    }

    /// <summary>The request is over; what came behind it is next.</summary>
    public void EndRequest()
    {
        if (following is null) return;
        if (buffer is not null) buffers.Return(buffer);
        (buffer, following) = (following, null);
    }

    public void ReleaseIfEmpty()
    {
        if (buffer is not { Length: 0 }) return;
        buffers.Return(buffer);
        buffer = null;
    }

    public void Release()
    {
        if (buffer is not null) buffers.Return(buffer);
        if (following is not null) buffers.Return(following);
        buffer = following = null;
    }
}
