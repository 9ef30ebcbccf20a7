using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The bytes of open chunks: chains of pieces of one size. Series grow in step with each other, so growing by copying
/// into the next larger piece would leave a million pieces of every smaller size unused (measured with a million series
/// after 130 samples each: 906 MiB of slabs, against 381 MiB with chains).
/// </summary>
internal static class OpenPieces
{
    private const int PieceBytes = 64;
    private const int LinkBytes = 4;
    private const int DataBytes = PieceBytes - LinkBytes;

    /// <summary>Appends a sample to the stream of a series.</summary>
    public static void Append(SlabMemory memory, ref SeriesState state, long timestampMs, double value, long startMs)
    {
        // The writer stores whole words, so it works on a copy of the last byte and what comes behind it.
        Span<byte> fresh = stackalloc byte[OpenChunk.AppendBytesMax + 8];
        int startByte = state.Open.BitPosition >> 3;
        int usedBits = state.Open.BitPosition & 7;
        int at = startByte % DataBytes;
        if (usedBits != 0) fresh[0] = Data(memory, state.OpenTail)[at];
        else if (at == 0) AddPiece(memory, ref state);
        state.Open.BitPosition = usedBits;
        OpenChunk.Append(ref state.Open, fresh, timestampMs, value, startMs);
        int freshBytes = (state.Open.BitPosition + 7) >> 3;
        state.Open.BitPosition += startByte << 3;
        Store(memory, ref state, at, fresh[..freshBytes]);
    }

    /// <summary>Appends the whole stream to a buffer and returns its size.</summary>
    public static int CopyTo(SlabMemory memory, in SeriesState state, ByteBuffer destination)
    {
        int size = (state.Open.BitPosition + 7) >> 3;
        int left = size;
        for (uint piece = state.OpenHead; left > 0; piece = BitConverter.ToUInt32(memory.Span(piece, LinkBytes)))
        {
            int part = Math.Min(left, DataBytes);
            destination.Bytes(Data(memory, piece)[..part]);
            left -= part;
        }

        return size;
    }

    /// <summary>Takes a stream of before for a series that has none; its state is set already.</summary>
    public static void Load(SlabMemory memory, ref SeriesState state, ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return;
        AddPiece(memory, ref state);
        Store(memory, ref state, 0, stream);
    }

    /// <summary>Frees the stream; the series has no open chunk then.</summary>
    public static void Free(SlabMemory memory, ref SeriesState state)
    {
        uint piece = state.OpenHead;
        while (piece != SlabMemory.None)
        {
            uint next = piece == state.OpenTail ? SlabMemory.None
                : BitConverter.ToUInt32(memory.Span(piece, LinkBytes));
            memory.Free(piece, PieceBytes);
            piece = next;
        }

        (state.OpenHead, state.OpenTail, state.Open) = (SlabMemory.None, SlabMemory.None, default);
    }

    private static Span<byte> Data(SlabMemory memory, uint piece) => memory.Span(piece, PieceBytes)[LinkBytes..];

    private static void Store(SlabMemory memory, ref SeriesState state, int at, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int part = Math.Min(bytes.Length, DataBytes - at);
            bytes[..part].CopyTo(Data(memory, state.OpenTail)[at..]);
            bytes = bytes[part..];
            if (bytes.IsEmpty) return;
            AddPiece(memory, ref state);
            at = 0;
        }
    }

    private static void AddPiece(SlabMemory memory, ref SeriesState state)
    {
        uint piece = memory.Allocate(PieceBytes);
        if (state.OpenHead == SlabMemory.None) state.OpenHead = piece;
        else BitConverter.TryWriteBytes(memory.Span(state.OpenTail, LinkBytes), piece);
        state.OpenTail = piece;
    }
}
