using System.IO.Hashing;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Targets;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>
/// Turns the samples of one body into a batch. A series that the target brought before costs a hash of its spelling and
/// a copy of its labels; a new one is decoded and relabelled. Used again, one thread at a time.
/// </summary>
internal sealed class ScrapeSink(long seed) : IExpositionSink
{
    private readonly ByteBuffer _plain = new(1024);
    private readonly LabelsBuilder _builder = new();
    private readonly List<string> _emptyNames = [];
    private readonly StartTimes _starts = new();
    private TargetSpec _target = null!;
    private TargetMemory _memory = null!;
    private SampleBatch _batch = null!;
    private long _timestampMs;

    /// <summary>Samples in the body so far.</summary>
    public int Scraped { get; private set; }

    /// <summary>Samples that relabelling left.</summary>
    public int Kept { get; private set; }

    /// <summary>Series that are new.</summary>
    public int Added { get; private set; }

    /// <summary>A limit that the body exceeds, or null.</summary>
    public string? Problem { get; private set; }

    public void Begin(TargetSpec target, TargetMemory memory, SampleBatch batch, long timestampMs)
    {
        (_target, _memory, _batch, _timestampMs) = (target, memory, batch, timestampMs);
        (Scraped, Kept, Added, Problem) = (0, 0, 0, null);
        _starts.Clear();
    }

    public bool Sample(ref ExpositionSample sample)
    {
        Scraped++;
        UInt128 key = XxHash128.HashToUInt128(sample.Series, seed);
        int number = _memory.Series.Find(key);
        if (number < 0 && !TryResolve(ref sample, key, out number)) return false;
        ref CachedSeries series = ref _memory.Series[number];
        if (series.SeenIn != _memory.Scrape) (series.SeenBefore, series.SeenIn) = (series.SeenIn, _memory.Scrape);
        if (series.IsDropped) return true;
        int limit = _target.Job.Limits.Samples;
        if (++Kept <= limit || limit <= 0) return TryAdd(ref sample, ref series);
        // The rest is only counted, so that people see by how much the limit is exceeded.
        Problem = $"there are more samples than sample_limit, {limit}";
        return true;
    }

    public void Metadata(ReadOnlySpan<byte> family, MetadataField field, MetricType type, ReadOnlySpan<byte> text) =>
        _memory.Metadata.Set(family, field, type, text);

    public void EndFamily() => _starts.Apply(_batch);

    private bool TryAdd(ref ExpositionSample sample, ref CachedSeries series)
    {
        bool hasOwnTime = sample.HasTimestamp && _target.Job.HonorsTimestamps;
        long timestampMs = hasOwnTime ? sample.TimestampMs : _timestampMs;
        series.IsTracked = !hasOwnTime || _target.Job.TracksTimestampsStaleness;
        int at = _batch.Text.Length;
        _batch.Text.Bytes(_memory.Series.Labels(in series));
        _batch.BeginSeries(at, series.LabelsSize);
        if (sample.Histogram is { } histogram)
        {
            _batch.Add(timestampMs, histogram, sample.StartMs);
        }
        else
        {
            if (series.StartKey != 0) _starts.Add(in series, _batch.SampleCount, sample.Value);
            _batch.Add(timestampMs, sample.Value, sample.StartMs);
        }

        if (!sample.ExemplarText.IsEmpty) return TryAddExemplar(ref sample, ref series, timestampMs);
        if (sample.Exemplars is { } exemplars)
        {
            foreach (BatchExemplar exemplar in exemplars)
            {
                _batch.Exemplars.Add(
                    exemplar.TimestampMs == 0 ? exemplar with { TimestampMs = timestampMs } : exemplar);
            }
        }

        return true;
    }

    /// <summary>An exemplar stays in the body until the next one comes: only a new text is decoded.</summary>
    private bool TryAddExemplar(ref ExpositionSample sample, ref CachedSeries series, long timestampMs)
    {
        ulong key = XxHash3.HashToUInt64(sample.ExemplarText);
        if (key == series.ExemplarKey) return true;
        if (sample.TryDecodeExemplar(timestampMs) is not { } exemplar) return false;
        series.ExemplarKey = key;
        _batch.Exemplars.Add(exemplar);
        return true;
    }

    /// <summary>Decodes and relabels a series that the target has not brought before.</summary>
    private bool TryResolve(ref ExpositionSample sample, UInt128 key, out int number)
    {
        number = -1;
        _plain.Clear();
        if (!sample.TryDecode(_plain)) return false;
        _emptyNames.Clear();
        if (!PlainLabels.TryRead(_plain.Written, out Labels own, _emptyNames))
        {
            sample.Fail(sample.Offset, "a label name comes twice");
            return false;
        }

        bool isStart = false;
        ulong startKey = sample.Format == ExpositionFormat.OpenMetrics && MetricTypes.HasStart(sample.Type)
            ? StartTimes.KeyOf(own, sample.Type, out isStart)
            : 0;
        bool isKept = SampleLabels.TryMake(_target.Job, _target.Labels, _emptyNames, _builder.Reset(own));
        Labels labels = _builder.ToLabels();
        _plain.Clear();
        if (isKept)
        {
            Problem = SampleLabels.Check(_target.Job.Limits, labels);
            if (Problem is not null) return false;
            PlainLabels.Write(_plain, labels);
            Added++;
        }

        number = _memory.Series.Add(key, _plain.Written);
        ref CachedSeries series = ref _memory.Series[number];
        series.IsDropped = !isKept;
        series.IsStart = isStart;
        series.StartKey = startKey;
        series.LabelsKey = XxHash128.HashToUInt128(_plain.Written, seed);
        return true;
    }
}
