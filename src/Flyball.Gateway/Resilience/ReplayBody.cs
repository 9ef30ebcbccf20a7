using System.Buffers;

namespace Flyball.Gateway.Resilience;

/// <summary>
/// A request's body that can be read again while little of it was read: the first bytes are kept as they pass, so
/// nothing is read ahead and a client that waits for <c>100 Continue</c> still gets it from the back end's reading.
/// </summary>
internal sealed class ReplayBody(Stream inner, int keptBytesMax, Action progressed) : Stream
{
    private byte[]? kept;
    private int keptLength;
    private int position;
    private bool tooLong;
    private bool sawEnd;

    /// <summary>
    /// True when the next try can send the whole body: nothing was read, or all that was read is kept.
    /// </summary>
    public bool CanRewind => !tooLong;

    /// <summary>Bytes that came from the client; what is read again does not count again.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The body was read to its end, and all of it is kept.</summary>
    public bool IsWhole => sawEnd && !tooLong;

    /// <summary>A copy of what is kept.</summary>
    public byte[] CopyKept() => kept.AsSpan(0, keptLength).ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Rewind()
    {
        if (!CanRewind) throw new InvalidOperationException("BUG: a body was rewound that is not kept.");
        position = 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position < keptLength)
        {
            int again = Math.Min(buffer.Length, keptLength - position);
            kept.AsSpan(position, again).CopyTo(buffer.Span);
            position += again;
            return again;
        }

        int read = await inner.ReadAsync(buffer, cancellationToken);
        if (read == 0 && buffer.Length > 0) sawEnd = true;
        BytesRead += read;
        Keep(buffer.Span[..read]);
        progressed();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Gives the kept bytes back; the body can then no longer be rewound.</summary>
    public void Release()
    {
        tooLong = true;
        keptLength = 0;
        if (kept is not null) ArrayPool<byte>.Shared.Return(kept);
        kept = null;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (tooLong || bytes.IsEmpty) return;
        if (keptLength + bytes.Length > keptBytesMax)
        {
            Release();
            return;
        }

        if (kept is null || kept.Length < keptLength + bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(
                Math.Min(keptBytesMax, Math.Max(4096, (keptLength + bytes.Length) * 2)));
            kept.AsSpan(0, keptLength).CopyTo(larger);
            if (kept is not null) ArrayPool<byte>.Shared.Return(kept);
            kept = larger;
        }

        bytes.CopyTo(kept.AsSpan(keptLength));
        keptLength += bytes.Length;
        position = keptLength;
    }
}
