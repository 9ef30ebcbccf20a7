using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// A series' samples in a checkpoint: the newest one, the open chunk with its state, references to sealed chunks, late
/// samples, the run of histograms. The layout is in <c>docs/formats/checkpoint.md</c>.
/// </summary>
internal static class SeriesStateCodec
{
    public static void Write(ByteBuffer destination, HeadData head, int series)
    {
        ref SeriesState state = ref head.Series[series];
        destination.VarLong(state.LastMs);
        destination.UInt64(state.LastBits);
        WriteOpen(destination, head, in state);
        WriteSealed(destination, head.SealedOf(in state));
        OutOfOrderSamples? late = state.HasOutOfOrder ? head.OutOfOrder[series] : null;
        destination.VarUInt((ulong)(late?.Count ?? 0));
        foreach ((long timestampMs, double value, long startMs) in late?.Samples ?? [])
        {
            destination.VarLong(timestampMs);
            destination.Double(value);
            destination.VarLong(startMs);
        }

        HistogramRun? run = state.HasHistograms ? head.Histograms[series] : null;
        destination.VarUInt((ulong)(run?.Count ?? 0));
        destination.Sized(run is null ? default : run.Rows);
    }

    /// <summary>
    /// False when the bytes are no such state; the series may then be half filled and is to be dropped.
    /// </summary>
    public static bool TryRead(ref ByteReader reader, HeadData head, int series)
    {
        ref SeriesState state = ref head.Series[series];
        state.LastMs = reader.VarLong();
        state.LastBits = reader.UInt64();
        if (!TryReadOpen(ref reader, head, ref state)) return false;
        int sealedCount = reader.Count(SeriesState.SealedMax);
        long lastMinMs = 0;
        for (int index = 0; index < sealedCount && !reader.IsFailed; index++)
            head.AddSealed(series, ReadSealed(ref reader, ref lastMinMs));
        int lateCount = reader.Count(OutOfOrderSamples.CountMax);
        for (int index = 0; index < lateCount; index++)
            _ = head.LateOf(series).Add(reader.VarLong(), reader.Double(), reader.VarLong(), out _);
        int histogramCount = reader.Count(HistogramRun.CountMax);
        List<TimedHistogram> histograms = HistogramRun.Decode(reader.Sized(), histogramCount);
        foreach (TimedHistogram timed in histograms)
            head.RunOf(series).Add(timed.TimestampMs, timed.StartMs, timed.Histogram);
        return !reader.IsFailed && histograms.Count == histogramCount;
    }

    private static void WriteOpen(ByteBuffer destination, HeadData head, in SeriesState state)
    {
        destination.VarUInt((ulong)state.Open.Count);
        if (state.Open.Count == 0) return;
        destination.VarLong(state.OpenMinMs);
        destination.VarLong(state.Open.LastTimestampMs);
        destination.VarLong(state.Open.LastDeltaMs);
        destination.VarLong(state.Open.StartTimestampMs);
        destination.UInt64(state.Open.Value.Last);
        destination.Byte(state.Open.Value.Leading);
        destination.Byte(state.Open.Value.Trailing);
        destination.VarUInt((ulong)state.Open.BitPosition);
        _ = OpenPieces.CopyTo(head.Memory, in state, destination);
    }

    private static bool TryReadOpen(ref ByteReader reader, HeadData head, ref SeriesState state)
    {
        int count = reader.Count(ChunkLimits.OpenSamplesMax);
        if (count == 0) return !reader.IsFailed;
        state.OpenMinMs = reader.VarLong();
        state.Open = new OpenChunkState
        {
            Count = count,
            LastTimestampMs = reader.VarLong(),
            LastDeltaMs = reader.VarLong(),
            StartTimestampMs = reader.VarLong(),
            Value = new XorState { Last = reader.UInt64(), Leading = reader.Byte(), Trailing = reader.Byte() },
            BitPosition = reader.Count(OpenChunk.AppendBytesMax * 8 * ChunkLimits.OpenSamplesMax),
        };
        ReadOnlySpan<byte> bytes = reader.Bytes((state.Open.BitPosition + 7) >> 3);
        if (reader.IsFailed)
        {
            state.Open = default;
            return false;
        }

        OpenPieces.Load(head.Memory, ref state, bytes);
        head.Widen(state.OpenMinMs);
        head.Widen(state.LastMs);
        return true;
    }

    private static void WriteSealed(ByteBuffer destination, ReadOnlySpan<SealedRef> refs)
    {
        destination.VarUInt((ulong)refs.Length);
        long lastMinMs = 0;
        foreach (ref readonly SealedRef sealedRef in refs)
        {
            destination.VarLong(sealedRef.MinMs - lastMinMs);
            destination.VarUInt((ulong)sealedRef.DurationMs);
            destination.VarUInt((ulong)sealedRef.File);
            destination.VarUInt(sealedRef.Offset);
            destination.VarUInt(sealedRef.SizeAndFlags);
            lastMinMs = sealedRef.MinMs;
        }
    }

    private static SealedRef ReadSealed(ref ByteReader reader, ref long lastMinMs) => new()
    {
        MinMs = lastMinMs += reader.VarLong(),
        DurationMs = reader.Count(int.MaxValue),
        File = reader.Count(int.MaxValue),
        Offset = (uint)reader.VarUInt(),
        SizeAndFlags = (uint)reader.VarUInt(),
    };
}
