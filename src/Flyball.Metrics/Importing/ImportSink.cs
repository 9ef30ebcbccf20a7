using System.IO.Hashing;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Importing;

/// <summary>
/// One pass over a file: either checks everything and counts samples by block range, or collects those of one range and
/// of the series that this pass is for. Series of one metric are for the same pass as its <c>_created</c> lines.
/// </summary>
internal sealed class ImportSink(long rangeMs) : ITypedSink
{
    private readonly ByteBuffer _plain = new(1024);
    private readonly Dictionary<(ulong Key, long TimestampMs), long> _startsMs = [];
    private long _wantedMs;
    private int _pass;
    private int _passes;

    public string Family { get; private set; } = "";

    public MetricType Type { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Samples by the start of their range; filled by a counting pass.</summary>
    public SortedDictionary<long, long> Counts { get; } = [];

    /// <summary>Series by their spelling; filled by a collecting pass.</summary>
    public Dictionary<UInt128, ImportedSeries> Series { get; } = [];

    private bool IsCounting => _passes == 0;

    /// <summary>Collects one range and every series whose hash falls to this of so many passes.</summary>
    public void Collect(long startMs, int pass, int passes)
    {
        Series.Clear();
        _startsMs.Clear();
        (Family, Problem) = ("", null);
        (_wantedMs, _pass, _passes) = (startMs, pass, passes);
    }

    /// <summary>Since when a sample's series counts, by a <c>_created</c> line of the same time; else 0.</summary>
    public long StartMs(ulong startKey, long timestampMs)
    {
        long startMs = _startsMs.GetValueOrDefault((startKey, timestampMs));
        return startMs <= timestampMs ? startMs : 0;
    }

    public bool Sample(ref ExpositionSample sample)
    {
        if (!sample.HasTimestamp)
        {
            sample.Fail(sample.Offset, "a sample to be imported needs a timestamp");
            return false;
        }

        long startMs = BlockRanges.Floor(sample.TimestampMs, rangeMs);
        if (IsCounting) return TryCount(ref sample, startMs);
        if (startMs != _wantedMs) return true;
        UInt128 key = XxHash128.HashToUInt128(sample.Series);
        bool hasStart = MetricTypes.HasStart(sample.Type);
        if (!Series.TryGetValue(key, out ImportedSeries? series))
        {
            if (!hasStart && !IsOfThisPass(key)) return true;
            if (!TryDecode(ref sample, out Labels labels)) return false;
            ulong startKey = hasStart ? StartTimes.KeyOf(labels, sample.Type, out _) : 0;
            // The lowest bit of a start's key is set always.
            if (hasStart && !IsOfThisPass(startKey >> 1)) return true;
            series = new ImportedSeries(labels.MetricName, PlainLabels.ToBytes(labels), startKey);
            Series.Add(key, series);
        }

        return TryAdd(ref sample, series);
    }

    public void Metadata(ReadOnlySpan<byte> family, MetadataField field, MetricType type, ReadOnlySpan<byte> text)
    {
        string name = Encoding.UTF8.GetString(family);
        if (name != Family) Type = MetricType.Unknown;
        Family = name;
        if (field == MetadataField.Type) Type = type;
    }

    public void EndFamily()
    {
    }

    private bool IsOfThisPass(UInt128 key) => (int)(key % (UInt128)_passes) == _pass;

    /// <summary>Decodes everything, so that a mistake is found before anything is written.</summary>
    private bool TryCount(ref ExpositionSample sample, long startMs)
    {
        if (!TryDecode(ref sample, out _)) return false;
        if (!sample.ExemplarText.IsEmpty && sample.TryDecodeExemplar(sample.TimestampMs) is null) return false;
        Counts[startMs] = Counts.GetValueOrDefault(startMs) + 1;
        return true;
    }

    private bool TryAdd(ref ExpositionSample sample, ImportedSeries series)
    {
        series.Samples.Add((sample.TimestampMs, sample.Value));
        if (series.StartKey != 0 && StartTimes.IsStart(series.Name)
            && Math.Abs(sample.Value) < TextExposition.SecondsMax)
        {
            _startsMs[(series.StartKey, sample.TimestampMs)] = (long)(sample.Value * 1000);
        }

        if (sample.ExemplarText.IsEmpty) return true;
        if (sample.TryDecodeExemplar(sample.TimestampMs) is not { } exemplar) return false;
        series.Exemplars.Add(exemplar);
        return true;
    }

    private bool TryDecode(ref ExpositionSample sample, out Labels labels)
    {
        labels = Labels.Empty;
        _plain.Clear();
        if (!sample.TryDecode(_plain)) return false;
        if (PlainLabels.TryRead(_plain.Written, out labels)) return true;
        sample.Fail(sample.Offset, "a label name comes twice");
        return false;
    }
}
