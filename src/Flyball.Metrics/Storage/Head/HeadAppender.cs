using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Chunks;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// Takes batches into the head and writes what it took to the WAL's memory, in one go under the head's lock, so that
/// the order of the WAL is the order of the head.
/// </summary>
internal sealed class HeadAppender(HeadData head, SampleRules rules, WalWriter wal, TimeSeriesOptions options,
    ExemplarStore exemplars, MetadataStore metadata)
{
    private readonly LabelSetParser _parser = new(options);
    private readonly ByteBuffer _frames = new(1 << 16);
    private readonly ByteBuffer _samples = new(1 << 16);
    private readonly ByteBuffer _others = new(4096);
    private readonly ByteBuffer _scratch = new(256);
    private SampleRecordWriter _sampleWriter;
    private SampleRefusal _resolveRefusal;
    private bool _fillsGaps;

    /// <summary>Appends a batch whose labels are hashed; the result is the WAL position to wait for.</summary>
    public long Append(SampleBatch batch, AppendReport report)
    {
        lock (head.Gate)
        {
            _frames.Clear();
            _samples.Clear();
            _others.Clear();
            _sampleWriter = default;
            _fillsGaps = batch.FillsGaps;
            rules.Refresh();
            ushort tenant = head.Tenants.Number(batch.Tenant);
            ReadOnlySpan<BatchSeries> all = batch.Series;
            for (int index = 0; index < all.Length; index++) AppendSeries(batch, in all[index], index, tenant, report);
            foreach (MetricMetadata entry in batch.Metadata)
            {
                if (metadata.Set(entry)) WalRecords.WriteMetadata(_others, entry);
            }

            if (_samples.Length > 0) RecordFrame.Write(_frames, RecordType.Samples, _samples.Written);
            _frames.Bytes(_others.Written);
            return wal.Append(_frames.Written);
        }
    }

    private void AppendSeries(SampleBatch batch, in BatchSeries entry, int index, ushort tenant, AppendReport report)
    {
        int sampleEnd = batch.EndOfSamples(index);
        int histogramEnd = batch.EndOfHistograms(index);
        int series = head.Cache.Find(entry.Key);
        if (series < 0)
        {
            series = Resolve(
                batch, in entry, tenant, sampleEnd > entry.FirstSample || histogramEnd > entry.FirstHistogram);
            if (series < 0)
            {
                report.Refuse(
                    _resolveRefusal, index, sampleEnd - entry.FirstSample + histogramEnd - entry.FirstHistogram
                    + batch.EndOfExemplars(index) - entry.FirstExemplar,
                    report.IsFirst ? RefusalDetails.Of(_resolveRefusal, options) : null);
                return;
            }
        }

        for (int sample = entry.FirstSample; sample < sampleEnd; sample++)
        {
            SampleRefusal refusal =
                AppendSample(series, batch.TimestampMs(sample), batch.Value(sample), batch.StartMs(sample));
            if (refusal == SampleRefusal.None) report.Accepted++;
            else Refuse(report, refusal, index, batch.TimestampMs(sample));
        }

        for (int at = entry.FirstHistogram; at < histogramEnd; at++)
        {
            SampleRefusal refusal = AppendHistogram(series, batch.Histograms[at], out string? problem);
            if (Count(refusal, index, report, batch.Histograms[at].TimestampMs, problem)) report.AcceptedHistograms++;
        }

        for (int at = entry.FirstExemplar; at < batch.EndOfExemplars(index); at++)
        {
            SampleRefusal refusal = AppendExemplar(series, batch.Exemplars[at]);
            if (Count(refusal, index, report, batch.Exemplars[at].TimestampMs)) report.AcceptedExemplars++;
        }
    }

    private bool Count(
        SampleRefusal refusal, int series, AppendReport report, long timestampMs, string? detail = null)
    {
        if (refusal == SampleRefusal.None) report.Accepted++;
        else Refuse(report, refusal, series, timestampMs, detail);
        return refusal == SampleRefusal.None;
    }

    private void Refuse(
        AppendReport report, SampleRefusal refusal, int series, long timestampMs, string? detail = null) =>
        report.Refuse(
            refusal, series, 1,
            detail ?? (report.IsFirst ? RefusalDetails.Of(refusal, timestampMs, options) : null));

    /// <summary>
    /// Finds or makes the series of label bytes that the cache does not know; -1 when they are refused.
    /// </summary>
    private int Resolve(SampleBatch batch, in BatchSeries entry, ushort tenant, bool mayCreate)
    {
        _resolveRefusal = _parser.Parse(batch.LabelBytes(in entry), batch.Form);
        if (_resolveRefusal != SampleRefusal.None) return -1;
        ReadOnlySpan<byte> canonical = _parser.Canonical;
        ulong hash = SeriesRegistry.Hash(canonical);
        int series = head.Series.Find(canonical, hash);
        if (series < 0)
        {
            _resolveRefusal = mayCreate ? rules.NewSeries(tenant, canonical) : SampleRefusal.ExemplarRefused;
            if (_resolveRefusal != SampleRefusal.None) return -1;
            series = head.Series.Add(canonical, hash);
            ref SeriesState state = ref head.Series[series];
            state.Tenant = tenant;
            head.Tenants.Count(tenant, 1);
            WalRecords.WriteSeries(_frames, state.Id, batch.Tenant, canonical);
        }

        head.Cache.Add(entry.Key, series);
        return series;
    }

    private SampleRefusal AppendSample(int series, long timestampMs, double value, long startMs)
    {
        ref SeriesState state = ref head.Series[series];
        if (timestampMs > state.LastMs)
        {
            SampleRefusal refusal = rules.Ordered(in state, timestampMs, _fillsGaps);
            if (refusal != SampleRefusal.None) return refusal;
            if (timestampMs < head.MinValidMs) return AddLate(series, timestampMs, value, startMs);
            head.Append(series, timestampMs, value, startMs);
            _sampleWriter.Add(_samples, state.Id, timestampMs, value, startMs, isOutOfOrder: false);
            return SampleRefusal.None;
        }

        if (timestampMs == state.LastMs)
        {
            bool isSame = state.LastBits == BitConverter.DoubleToUInt64Bits(value);
            return isSame ? SampleRefusal.None : SampleRefusal.DuplicateTimestamp;
        }

        SampleRefusal late = rules.Late(in state, timestampMs);
        return late == SampleRefusal.None ? AddLate(series, timestampMs, value, startMs) : late;
    }

    /// <summary>Adds a sample that does not follow the open chunk, or whose time is in blocks already.</summary>
    private SampleRefusal AddLate(int series, long timestampMs, double value, long startMs)
    {
        OutOfOrderSamples samples = head.LateOf(series);
        SampleRefusal refusal = samples.Add(timestampMs, value, startMs, out bool isAdded);
        if (!isAdded) return refusal;
        head.WidenLate(timestampMs);
        _sampleWriter.Add(
            _samples, head.Series[series].Id, timestampMs, value, startMs, isOutOfOrder: true);
        if (samples.Count >= OutOfOrderSamples.CountMax) head.SealOutOfOrder(series);
        return refusal;
    }

    private SampleRefusal AppendHistogram(int series, in BatchHistogram entry, out string? problem)
    {
        problem = entry.Histogram.IsStale ? null : HistogramRules.Problem(entry.Histogram);
        if (problem is not null) return SampleRefusal.MalformedHistogram;
        ref SeriesState state = ref head.Series[series];
        bool isLate = entry.TimestampMs < state.LastMs;
        if (entry.TimestampMs == state.LastMs)
        {
            bool isSame = state.HasHistograms && SampleRules.IsSame(head.Histograms[series], entry.Histogram, _scratch);
            return isSame ? SampleRefusal.None : SampleRefusal.DuplicateTimestamp;
        }

        SampleRefusal refusal = isLate ? rules.Late(in state, entry.TimestampMs)
            : rules.Ordered(in state, entry.TimestampMs, _fillsGaps);
        if (refusal != SampleRefusal.None) return refusal;
        isLate |= entry.TimestampMs < head.MinValidMs;
        if (isLate)
        {
            // Late histograms are rare: each becomes a chunk of its own.
            head.WriteHistograms(
                series, [new TimedHistogram(entry.TimestampMs, entry.StartMs, entry.Histogram)], isOutOfOrder: true);
            head.WidenLate(entry.TimestampMs);
        }
        else
        {
            head.Append(series, entry.TimestampMs, entry.Histogram, entry.StartMs);
        }

        WalRecords.WriteHistogram(_others, state.Id, in entry, isLate);
        return SampleRefusal.None;
    }

    private SampleRefusal AppendExemplar(int series, BatchExemplar exemplar)
    {
        _scratch.Clear();
        head.Series.WriteLabels(series, _scratch);
        SampleRefusal refusal = exemplars.Add(_scratch.Written, exemplar, out bool isAdded);
        if (isAdded) WalRecords.WriteExemplar(_others, head.Series[series].Id, exemplar);
        return refusal;
    }
}
