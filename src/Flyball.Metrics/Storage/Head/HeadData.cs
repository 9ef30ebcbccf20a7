using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// What the head holds, and the moves that keep it consistent: appending to a series' open chunk, sealing, references
/// to sealed chunks. Everything here belongs to <see cref="Gate"/>; rules about which samples are taken are elsewhere.
/// </summary>
internal sealed class HeadData(TimeSeriesOptions options, ChunkLog log)
{
    private const int SealedRefBytes = 24;

    private readonly FloatChunkEncoder _encoder = new();
    private readonly HistogramChunk _histogramEncoder = new();
    private readonly SampleBuffer _samples = new();
    private readonly ByteBuffer _times = new(512);
    private readonly ByteBuffer _chunk = new(2048);
    private readonly long _rangeMs = (long)options.BlockRange.TotalMilliseconds;
    private long _rangeStartMs;

    /// <summary>Guards all of the head's state.</summary>
    public Lock Gate { get; } = new();

    public SlabMemory Memory { get; } = new();

    public SeriesRegistry Series => field ??= new SeriesRegistry(Memory);

    public SeriesCache Cache { get; } = new();

    public TenantTable Tenants { get; } = new();

    public ChunkLog Log => log;

    public Dictionary<int, OutOfOrderSamples> OutOfOrder { get; } = [];

    public Dictionary<int, HistogramRun> Histograms { get; } = [];

    public DeletedRanges Deleted { get; } = new();

    /// <summary>
    /// How often numbers of dropped series were freed: numbers read before are good while this stays.
    /// </summary>
    public int Collections { get; set; }

    /// <summary>Blocks hold what is older, or are about to: the head takes nothing there any more.</summary>
    public long MinValidMs { get; set; } = long.MinValue;

    /// <summary>Blocks show what is older.</summary>
    public long VisibleFromMs { get; set; } = long.MinValue;

    /// <summary>Oldest sample that is not in a block; <see cref="long.MaxValue"/> when there is none.</summary>
    public long MinMs { get; set; } = long.MaxValue;

    /// <summary>
    /// Not newer than the oldest late sample from before <see cref="VisibleFromMs"/>, which is no block's yet;
    /// <see cref="long.MaxValue"/> when there is none.
    /// </summary>
    public long LateMinMs { get; set; } = long.MaxValue;

    /// <summary>Late samples from before <see cref="VisibleFromMs"/> that came since they were last counted.</summary>
    public long LateCount { get; set; }

    /// <summary>Newest sample.</summary>
    public long MaxMs { get; set; } = long.MinValue;

    /// <summary>Appends a sample that is newer than all of its series.</summary>
    public void Append(int series, long timestampMs, double value, long startMs)
    {
        ref SeriesState state = ref Series[series];
        if (state.HasHistograms && Histograms[series].Count > 0) SealHistograms(series);
        if (state.Open.Count > 0
            && (state.Open.Count == ChunkLimits.OpenSamplesMax || IsOtherRange(state.OpenMinMs, timestampMs)))
        {
            Seal(series);
        }

        if (state.Open.Count == 0) state.OpenMinMs = timestampMs;
        OpenPieces.Append(Memory, ref state, timestampMs, value, startMs);
        state.LastMs = timestampMs;
        state.LastBits = BitConverter.DoubleToUInt64Bits(value);
        Widen(timestampMs);
    }

    /// <summary>Appends a histogram that is newer than all of its series.</summary>
    public void Append(int series, long timestampMs, NativeHistogram histogram, long startMs)
    {
        ref SeriesState state = ref Series[series];
        if (state.Open.Count > 0) Seal(series);
        HistogramRun run = RunOf(series);
        if (!run.CanTake(histogram) || (run.Count > 0 && IsOtherRange(run.MinMs, timestampMs))) SealHistograms(series);
        run.Add(timestampMs, startMs, histogram);
        state.LastMs = timestampMs;
        state.LastBits = BitConverter.DoubleToUInt64Bits(histogram.Sum);
        Widen(timestampMs);
    }

    public HistogramRun RunOf(int series)
    {
        if (!Histograms.TryGetValue(series, out HistogramRun? run)) Histograms.Add(series, run = new HistogramRun());
        Series[series].HasHistograms = true;
        return run;
    }

    public OutOfOrderSamples LateOf(int series)
    {
        if (!OutOfOrder.TryGetValue(series, out OutOfOrderSamples? late))
            OutOfOrder.Add(series, late = new OutOfOrderSamples());
        Series[series].HasOutOfOrder = true;
        return late;
    }

    public void Widen(long timestampMs)
    {
        if (timestampMs > MaxMs) MaxMs = timestampMs;
        if (timestampMs < MinMs) MinMs = timestampMs;
    }

    /// <summary>Notes the time of a late sample.</summary>
    public void WidenLate(long timestampMs)
    {
        if (timestampMs >= VisibleFromMs)
        {
            Widen(timestampMs);
            return;
        }

        LateCount++;
        if (timestampMs < LateMinMs) LateMinMs = timestampMs;
    }

    /// <summary>Turns the open chunk into a sealed one.</summary>
    public void Seal(int series)
    {
        ref SeriesState state = ref Series[series];
        _samples.Clear();
        _samples.Extend(state.Open.Count);
        _chunk.Clear();
        OpenPieces.CopyTo(Memory, in state, _chunk);
        if (!OpenChunk.TryDecode(_chunk.Written, _samples.TimestampsMs, _samples.Values, _samples.StartsMs))
            throw new InvalidOperationException("BUG: an open chunk of the head does not decode.");
        WriteFloats(series, isOutOfOrder: false);
        OpenPieces.Free(Memory, ref state);
    }

    /// <summary>Turns the late samples into sealed chunks, one for each block range that they are in.</summary>
    public void SealOutOfOrder(int series)
    {
        OutOfOrderSamples late = OutOfOrder[series];
        int at = 0;
        while (at < late.Count)
        {
            long endMs = BlockRanges.Floor(late.Samples[at].TimestampMs, _rangeMs) + _rangeMs;
            if (late.Samples[at].TimestampMs < VisibleFromMs) endMs = Math.Min(endMs, VisibleFromMs);
            _samples.Clear();
            for (; at < late.Count && late.Samples[at].TimestampMs < endMs; at++)
                _samples.Add(late.Samples[at].TimestampMs, late.Samples[at].Value, late.Samples[at].StartMs);
            WriteFloats(series, isOutOfOrder: true);
        }

        late.Clear();
    }

    /// <summary>Turns the run of histograms into a sealed chunk.</summary>
    public void SealHistograms(int series)
    {
        HistogramRun run = Histograms[series];
        if (run.Count == 0) return;
        WriteHistograms(series, HistogramRun.Decode(run.Rows, run.Count), isOutOfOrder: false);
        run.Clear();
    }

    /// <summary>Writes histograms of one layout as a sealed chunk.</summary>
    public void WriteHistograms(int series, List<TimedHistogram> histograms, bool isOutOfOrder)
    {
        long[] timestamps = [.. histograms.Select(timed => timed.TimestampMs)];
        _times.Clear();
        _encoder.EncodeTimes(timestamps, _times);
        _chunk.Clear();
        _chunk.UInt32(0);
        _chunk.VarUInt((ulong)histograms.Count);
        _chunk.Sized(_times.Written);
        _histogramEncoder.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(histograms), _chunk);
        _chunk.PatchUInt32(0, Crc32C.Of(_chunk.Written[4..]));
        AddSealed(series, timestamps[0], timestamps[^1], isHistogram: true, isOutOfOrder);
    }

    /// <summary>The sealed chunks of a series, in the order in which they were sealed.</summary>
    public Span<SealedRef> SealedOf(in SeriesState state) => state.SealedCount == 0
        ? []
        : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, SealedRef>(
            Memory.Span(state.Sealed, state.SealedCount * SealedRefBytes));

    /// <summary>Refers a series to a sealed chunk.</summary>
    public void AddSealed(int series, in SealedRef sealedRef)
    {
        ref SeriesState state = ref Series[series];
        if (state.SealedCount == state.SealedCapacity)
        {
            int capacity = state.SealedCapacity == 0 ? 2 : state.SealedCapacity + Math.Max(4, state.SealedCapacity / 2);
            state.Sealed = state.SealedCapacity == 0
                ? Memory.Allocate(capacity * SealedRefBytes)
                : Memory.Resize(state.Sealed, state.SealedCount * SealedRefBytes, state.SealedCapacity * SealedRefBytes,
                    capacity * SealedRefBytes);
            state.SealedCapacity = checked((ushort)capacity);
        }

        state.SealedCount++;
        SealedOf(in state)[^1] = sealedRef;
    }

    /// <summary>Keeps the sealed chunks that a condition holds for; none without one.</summary>
    public void RetainSealed(int series, Func<SealedRef, bool>? keep = null)
    {
        ref SeriesState state = ref Series[series];
        Span<SealedRef> refs = SealedOf(in state);
        int kept = 0;
        foreach (SealedRef sealedRef in refs)
        {
            if (keep is not null && keep(sealedRef)) refs[kept++] = sealedRef;
        }

        state.SealedCount = (ushort)kept;
        if (kept > 0 || state.SealedCapacity == 0) return;
        Memory.Free(state.Sealed, state.SealedCapacity * SealedRefBytes);
        state.Sealed = SlabMemory.None;
        state.SealedCapacity = 0;
    }

    /// <summary>Chunks end where blocks do, so that no chunk of in-order samples lies in two blocks.</summary>
    private bool IsOtherRange(long firstMs, long timestampMs)
    {
        if (firstMs >= _rangeStartMs && timestampMs < _rangeStartMs + _rangeMs) return false;
        _rangeStartMs = BlockRanges.Floor(timestampMs, _rangeMs);
        return firstMs < _rangeStartMs;
    }

    private void WriteFloats(int series, bool isOutOfOrder)
    {
        HeadChunk.Write(_samples, _encoder, _times, _chunk);
        AddSealed(series, _samples.TimestampsMs[0], _samples.TimestampsMs[^1], isHistogram: false, isOutOfOrder);
    }

    private void AddSealed(int series, long minMs, long maxMs, bool isHistogram, bool isOutOfOrder)
    {
        (int file, uint offset) = log.Append(_chunk.Written);
        AddSealed(series, new SealedRef
        {
            MinMs = minMs,
            DurationMs = (int)Math.Min(int.MaxValue, maxMs - minMs),
            File = file,
            Offset = offset,
            SizeAndFlags = SealedRef.Pack(_chunk.Length, isHistogram, isOutOfOrder),
        });
    }
}
