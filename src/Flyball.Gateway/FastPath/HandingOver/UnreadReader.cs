using System.Buffers;
using System.IO.Pipelines;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A connection's input with bytes in front that were read from it before. While some of those are left, what comes is
/// appended to them, so that the reader sees one stretch of bytes; then the connection's own reader takes over.
/// </summary>
internal sealed class UnreadReader(PipeReader inner, byte[] unread) : PipeReader
{
    private byte[]? front = unread.Length == 0 ? null : unread;
    private int start;
    private bool sawAll;
    private bool innerCompleted;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (front is null) return await inner.ReadAsync(cancellationToken);
        if (!sawAll || innerCompleted) return Front(isCanceled: false);
        return Join(await inner.ReadAsync(cancellationToken));
    }

    public override bool TryRead(out ReadResult result)
    {
        if (front is null) return inner.TryRead(out result);
        if (!sawAll || innerCompleted)
        {
            result = Front(isCanceled: false);
            return true;
        }

        bool read = inner.TryRead(out result);
        if (read) result = Join(result);
        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (front is null)
        {
            inner.AdvanceTo(consumed, examined);
            return;
        }

        // The sequence was made of the array itself, so its positions are places in it.
        start = consumed.GetInteger();
        sawAll = examined.GetInteger() == front.Length;
        if (start == front.Length) front = null;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Front(bool isCanceled) =>
        new(new ReadOnlySequence<byte>(front!, start, front!.Length - start), isCanceled, innerCompleted);

    private ReadResult Join(ReadResult more)
    {
        byte[] joined = [.. front.AsSpan(start), .. more.Buffer.ToArray()];
        inner.AdvanceTo(more.Buffer.End);
        innerCompleted = more.IsCompleted;
        front = joined;
        start = 0;
        return Front(more.IsCanceled);
    }
}
