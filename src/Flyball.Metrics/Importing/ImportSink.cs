using System.IO.Hashing;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Importing;

/// <summary>
/// One pass over a file: either counts samples by block range, or collects those of one range and of the series that
/// this pass is for.
/// </summary>
internal sealed class ImportSink(long rangeMs) : ITypedSink
{
    private readonly ByteBuffer _plain = new(1024);
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
        (Family, Problem) = ("", null);
        (_wantedMs, _pass, _passes) = (startMs, pass, passes);
    }

    public bool Sample(ref ExpositionSample sample)
    {
        if (!sample.HasTimestamp)
        {
            sample.Fail(sample.Offset, "a sample to be imported needs a timestamp");
            return false;
        }

        long startMs = BlockRanges.Floor(sample.TimestampMs, rangeMs);
        if (IsCounting)
        {
            Counts[startMs] = Counts.GetValueOrDefault(startMs) + 1;
            return true;
        }

        if (startMs != _wantedMs) return true;
        UInt128 key = XxHash128.HashToUInt128(sample.Series);
        if ((int)(key % (UInt128)_passes) != _pass) return true;
        if (!Series.TryGetValue(key, out ImportedSeries? series))
        {
            _plain.Clear();
            if (!sample.TryDecode(_plain)) return false;
            if (!PlainLabels.TryRead(_plain.Written, out Labels labels))
            {
                sample.Fail(sample.Offset, "a label name comes twice");
                return false;
            }

            series = new ImportedSeries(labels.MetricName, PlainLabels.ToBytes(labels));
            Series.Add(key, series);
        }

        series.Samples.Add((sample.TimestampMs, sample.Value));
        return true;
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
}
