using System.Buffers.Binary;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The form of a sealed float chunk in the head's chunk log: CRC-32C of the rest, count, the size of the timestamps,
/// the timestamps, the body.
/// </summary>
internal static class HeadChunk
{
    private const int CrcBytes = 4;

    public static void Write(SampleBuffer samples, FloatChunkEncoder encoder, ByteBuffer times, ByteBuffer destination)
    {
        times.Clear();
        encoder.EncodeTimes(samples.TimestampsMs, times);
        destination.Clear();
        destination.UInt32(0);
        destination.VarUInt((ulong)samples.Count);
        destination.Sized(times.Written);
        encoder.EncodeBody(samples.Values, samples.StartsMs, destination);
        destination.PatchUInt32(0, Crc32C.Of(destination.Written[CrcBytes..]));
    }

    /// <summary>Decodes behind the buffer's end; false when the bytes are damaged.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, SampleBuffer into)
    {
        if (!TryOpen(source, out ByteReader reader)) return false;
        int count = reader.Count(ChunkLimits.SamplesMax);
        ReadOnlySpan<byte> times = reader.Sized();
        return !reader.IsFailed && FloatChunk.TryDecode(times, reader.Rest, count, into);
    }

    /// <summary>Checks the checksum; the reader then stands behind it.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> source, out ByteReader reader)
    {
        reader = default;
        if (source.Length < CrcBytes) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Crc32C.Of(source[CrcBytes..])) return false;
        reader = new ByteReader(source[CrcBytes..]);
        return true;
    }
}
