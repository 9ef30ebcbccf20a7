using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Head;

/// <summary>A series' newest histograms, encoded one by one, until there are enough for a chunk.</summary>
internal sealed class HistogramRun
{
    /// <summary>Histograms at which the run is sealed.</summary>
    public const int CountMax = 60;

    private const int BytesMax = 64 << 10;

    private readonly ByteBuffer _rows = new(128);
    private NativeHistogram _layout = new();

    public int Count { get; private set; }

    public long MinMs { get; private set; }

    public long MaxMs { get; private set; }

    /// <summary>The newest histogram, encoded, for the duplicate rule; survives <see cref="Clear"/>.</summary>
    public ByteBuffer Last { get; } = new(64);

    public ReadOnlySpan<byte> Rows => _rows.Written;

    /// <summary>Whether the histogram fits the run; an empty run takes any.</summary>
    public bool CanTake(NativeHistogram histogram) =>
        Count == 0 || (Count < CountMax && _rows.Length < BytesMax && HistogramChunk.CanShare(_layout, histogram));

    public void Add(long timestampMs, long startMs, NativeHistogram histogram)
    {
        if (Count == 0) MinMs = timestampMs;
        if (Count == 0 || _layout.IsStale) _layout = histogram;
        MaxMs = timestampMs;
        Last.Clear();
        HistogramCodec.Write(Last, histogram);
        _rows.VarLong(timestampMs);
        _rows.VarLong(startMs);
        _rows.Bytes(Last.Written);
        Count++;
    }

    public void Clear()
    {
        _rows.Clear();
        Count = 0;
    }

    /// <summary>Decodes rows; fewer than counted when the bytes are damaged.</summary>
    public static List<TimedHistogram> Decode(ReadOnlySpan<byte> rows, int count)
    {
        var histograms = new List<TimedHistogram>(Math.Min(count, CountMax));
        var reader = new ByteReader(rows);
        for (int index = 0; index < count; index++)
        {
            long timestampMs = reader.VarLong();
            long startMs = reader.VarLong();
            NativeHistogram? histogram = HistogramCodec.TryRead(ref reader);
            if (histogram is null) break;
            histograms.Add(new TimedHistogram(timestampMs, startMs, histogram));
        }

        return histograms;
    }
}
