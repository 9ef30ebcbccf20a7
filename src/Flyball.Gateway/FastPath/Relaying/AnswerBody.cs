using Flyball.Gateway.FastPath.Heads;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>What became of received bytes of a body.</summary>
internal enum BodyVerdict
{
    More,
    Done,

    /// <summary>The body has ended, and something came behind it that nobody asked for.</summary>
    DoneWithExcess,

    Malformed,
}

/// <summary>
/// An answer's body between two framings: how the endpoint marks its end, and how the client is told of it. Length and
/// chunks pass as they are; what ends with the connection becomes chunks, or chunks bare data for HTTP/1.0.
/// </summary>
internal struct AnswerBody
{
    /// <summary>A chunk's size in eight digits and its line break, written in front of the data.</summary>
    private const int SizeLine = 10;

    /// <summary>Room behind received data: its line break and the last chunk.</summary>
    public const int RoomBehind = 7;

    private readonly BodyKind kind;
    private readonly bool addsChunks;
    private ChunkedBody chunks;

    public AnswerBody(AnswerHead head, bool knowsChunks)
    {
        kind = head.Body;
        Left = head.ContentLength;
        addsChunks = kind == BodyKind.UntilClose && knowsChunks;
        DropsChunks = kind == BodyKind.Chunked && !knowsChunks;
        EndsWithConnection = DropsChunks || (kind == BodyKind.UntilClose && !knowsChunks);
        chunks = new ChunkedBody(DropsChunks ? ChunkOutput.Data : ChunkOutput.ChunksAndTrailers);
    }

    /// <summary>Bytes that are still to come, where that is known.</summary>
    public long Left { get; private set; }

    public readonly bool AddsChunks => addsChunks;

    public bool DropsChunks { get; }

    /// <summary>For the client the end of the connection is the end of the body.</summary>
    public bool EndsWithConnection { get; }

    public readonly bool EndsWithUpstream => kind == BodyKind.UntilClose;

    /// <summary>Room that received data needs in front of it.</summary>
    public readonly int RoomInFront => addsChunks ? SizeLine : 0;

    /// <summary>
    /// Takes received bytes for what they are and extends the buffer's content by what the client gets of them.
    /// </summary>
    public BodyVerdict Take(LoopBuffer buffer, int at, int count)
    {
        switch (kind)
        {
            case BodyKind.None:
                return count > 0 ? BodyVerdict.DoneWithExcess : BodyVerdict.Done;
            case BodyKind.Length:
                int taken = (int)Math.Min(Left, count);
                Left -= taken;
                if (taken > 0) buffer.End = at + taken;
                if (Left > 0) return BodyVerdict.More;
                return taken < count ? BodyVerdict.DoneWithExcess : BodyVerdict.Done;
            case BodyKind.Chunked:
                ChunkVerdict verdict =
                    chunks.Process(buffer.Bytes.AsSpan(at, count), out int consumed, out int produced);
                if (produced > 0) buffer.End = at + produced;
                return verdict switch
                {
                    ChunkVerdict.More => BodyVerdict.More,
                    ChunkVerdict.Done => consumed < count ? BodyVerdict.DoneWithExcess : BodyVerdict.Done,
                    _ => BodyVerdict.Malformed,
                };
            default:
                if (addsChunks && count > 0) Wrap(buffer, at, count);
                else if (count > 0) buffer.End = at + count;
                return BodyVerdict.More;
        }
    }

    /// <summary>The endpoint's connection has ended, and with it the body.</summary>
    public readonly void End(LoopBuffer buffer)
    {
        if (addsChunks) buffer.Append("0\r\n\r\n"u8);
    }

    /// <summary>Makes a chunk of data that has a size line's room in front of it.</summary>
    private static void Wrap(LoopBuffer buffer, int at, int count)
    {
        Span<byte> bytes = buffer.Bytes;
        count.TryFormat(bytes[(at - SizeLine)..], out _, "X8", null);
        "\r\n"u8.CopyTo(bytes[(at - 2)..]);
        "\r\n"u8.CopyTo(bytes[(at + count)..]);
        buffer.End = at + count + 2;
    }
}
