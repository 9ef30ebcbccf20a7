using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// The stream that a series' newest samples are appended to: timestamps as double delta in buckets, values as XOR with
/// the one before (<see cref="XorState"/>). It costs little per append; when full it is sealed into columns. The layout
/// is in <c>docs/formats/chunks.md</c>.
/// </summary>
internal static class OpenChunk
{
    /// <summary>Bytes that one more sample may take, the writer's slack included.</summary>
    public const int AppendBytesMax = 30 + BitWriter.SlackBytes;

    // Buckets of the double delta: prefix, then so many bits. The smallest holds the usual jitter of a scrape.
    private const int SmallBits = 5;
    private const int MiddleBits = 9;
    private const int LargeBits = 14;

    /// <summary>Appends a sample whose timestamp is later than all before; the caller sees to the room.</summary>
    public static void Append(ref OpenChunkState state, Span<byte> bytes, long timestampMs, double value, long startMs)
    {
        var writer = new BitWriter(bytes, state.BitPosition);
        if (startMs != state.StartTimestampMs)
        {
            writer.Write(0b11111, 5);
            writer.Write((ulong)startMs, 64);
            state.StartTimestampMs = startMs;
        }

        long delta = unchecked(timestampMs - state.LastTimestampMs);
        WriteDrift(ref writer, unchecked(delta - state.LastDeltaMs));
        // The first timestamp is a delta from zero; that is no interval to predict the next one by.
        state.LastDeltaMs = state.Count == 0 ? 0 : delta;
        state.LastTimestampMs = timestampMs;
        state.Value.Write(ref writer, BitConverter.DoubleToUInt64Bits(value));
        state.Count++;
        state.BitPosition = writer.BitPosition;
    }

    /// <summary>Decodes samples; false when the bytes hold fewer than the destination takes.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, Span<long> timestampsMs, Span<double> values, Span<long> startsMs)
    {
        var reader = new BitReader(bytes);
        var state = default(OpenChunkState);
        for (int index = 0; index < timestampsMs.Length; index++)
        {
            long drift = ReadDrift(ref reader, ref state.StartTimestampMs);
            long delta = unchecked(state.LastDeltaMs + drift);
            state.LastTimestampMs = unchecked(state.LastTimestampMs + delta);
            state.LastDeltaMs = index == 0 ? 0 : delta;
            timestampsMs[index] = state.LastTimestampMs;
            startsMs[index] = state.StartTimestampMs;
            values[index] = BitConverter.UInt64BitsToDouble(state.Value.Read(ref reader));
            if (reader.IsOverrun) return false;
        }

        return true;
    }

    private static void WriteDrift(ref BitWriter writer, long drift)
    {
        if (drift == 0) writer.Write(0, 1);
        else if (Fits(drift, SmallBits)) writer.Write((0b10UL << SmallBits) | Low(drift, SmallBits), 2 + SmallBits);
        else if (Fits(drift, MiddleBits))
            writer.Write((0b110UL << MiddleBits) | Low(drift, MiddleBits), 3 + MiddleBits);
        else if (Fits(drift, LargeBits)) writer.Write((0b1110UL << LargeBits) | Low(drift, LargeBits), 4 + LargeBits);
        else
        {
            writer.Write(0b11110, 5);
            writer.Write((ulong)drift, 64);
        }
    }

    private static long ReadDrift(ref BitReader reader, ref long startMs)
    {
        int prefix = reader.ReadOnes(5);
        if (prefix == 5)
        {
            startMs = (long)reader.Read(64);
            prefix = reader.ReadOnes(5);
        }

        return prefix switch
        {
            0 => 0,
            1 => Signed(reader.Read(SmallBits), SmallBits),
            2 => Signed(reader.Read(MiddleBits), MiddleBits),
            3 => Signed(reader.Read(LargeBits), LargeBits),
            _ => (long)reader.Read(64),
        };
    }

    private static bool Fits(long value, int bits) => value >= -(1L << (bits - 1)) && value < 1L << (bits - 1);

    private static ulong Low(long value, int bits) => (ulong)value & ((1UL << bits) - 1);

    private static long Signed(ulong value, int bits) => (long)(value << (64 - bits)) >> (64 - bits);
}
