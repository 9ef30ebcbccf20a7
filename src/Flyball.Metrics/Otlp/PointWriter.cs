using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Otlp;

/// <summary>Turns data points into series and samples of a batch.</summary>
internal sealed class PointWriter(OtlpNaming naming, DeltaSums deltas)
{
    private const int Histogram = 9;
    private const int Exponential = 10;
    private const int Summary = 11;

    private readonly LabelsBuilder _labels = new();
    private SampleBatch _batch = null!;
    private OtlpResource _resource = null!;
    private long _newestMs;

    public int Refused { get; private set; }

    public string FirstRefusal { get; private set; } = "";

    public void Begin(SampleBatch batch) => (_batch, Refused, FirstRefusal) = (batch, 0, "");

    public void BeginResource(OtlpResource resource) => (_resource, _newestMs) = (resource, 0);

    /// <summary>Tells about the resource at the time of its newest point.</summary>
    public void EndResource()
    {
        if (_resource.Info is not { } info || _newestMs == 0) return;
        _batch.BeginSeries(info);
        _batch.Add(_newestMs, 1);
    }

    public void Describe(MetricMetadata metadata) => _batch.Metadata.Add(metadata);

    public void Refuse(string problem, int points)
    {
        if (points > 0 && FirstRefusal.Length == 0) FirstRefusal = problem;
        Refused += points;
    }

    public void Write(OtlpMetric metric, int kind, OtlpPoint point)
    {
        if (point.TimestampMs == 0)
        {
            Refuse($"a point of {metric.Name} has no time", 1);
            return;
        }

        _newestMs = Math.Max(_newestMs, point.TimestampMs);
        Labels labels = LabelsOf(metric, point);
        string? problem = kind switch
        {
            Histogram => WriteHistogram(metric, labels, point),
            Exponential => WriteExponential(metric, labels, point),
            Summary => WriteSummary(metric, labels, point),
            _ => WriteNumber(metric, labels, point),
        };
        if (problem is not null) Refuse($"a point of {metric.Name} {problem}", 1);
    }

    private Labels LabelsOf(OtlpMetric metric, OtlpPoint point)
    {
        _labels.Reset(Labels.Empty);
        foreach ((string key, string value) in point.Attributes)
        {
            if (value.Length > 0) OtlpLabels.Add(_labels, naming.Label(key), value);
        }

        // What the resource and the way in say about the origin wins over a point's own attributes.
        foreach (Label label in _resource.Shared.Items) _labels.Set(label.Name, label.Value);
        return _labels.Set(LabelNames.MetricName, metric.Name).ToLabels();
    }

    private string? WriteNumber(OtlpMetric metric, Labels labels, OtlpPoint point)
    {
        if (metric.IsDelta && !point.HasNoValue && deltas.AddNumber(labels, point) is { } problem) return problem;
        Add(labels, metric, point, point.Value);
        AddExemplars(point);
        return null;
    }

    private string? WriteHistogram(OtlpMetric metric, Labels labels, OtlpPoint point)
    {
        if (point.BucketCounts.Count > 0 && point.BucketCounts.Count != point.Bounds.Count + 1)
            return $"is malformed: {point.BucketCounts.Count} bucket counts for {point.Bounds.Count} bounds";
        if (metric.IsDelta && !point.HasNoValue && deltas.AddHistogram(labels, point) is { } problem) return problem;
        if (point.HasSum || point.HasNoValue) Add(Named(labels, metric, "_sum"), metric, point, point.Sum);
        Add(Named(labels, metric, "_count"), metric, point, point.Count);
        double sum = 0;
        int exemplar = 0;
        point.Exemplars.Sort(static (a, b) => a.Value.CompareTo(b.Value));
        for (int at = 0; at < point.Bounds.Count; at++)
        {
            if (point.BucketCounts.Count > 0) sum += point.BucketCounts[at];
            AddBucket(labels, metric, point, point.Bounds[at], sum, ref exemplar);
        }

        AddBucket(labels, metric, point, double.PositiveInfinity, point.Count, ref exemplar);
        return null;
    }

    private void AddBucket(
        Labels labels, OtlpMetric metric, OtlpPoint point, double bound, double count, ref int exemplar)
    {
        Labels bucket = Named(labels, metric, "_bucket").With(LabelNames.BucketBound, GoNumber.OpenMetrics(bound));
        Add(bucket, metric, point, count);
        BatchExemplar? newest = null;
        for (; exemplar < point.Exemplars.Count && point.Exemplars[exemplar].Value <= bound; exemplar++)
        {
            if (newest is null || point.Exemplars[exemplar].TimestampMs > newest.Value.TimestampMs)
                newest = point.Exemplars[exemplar];
        }

        if (newest is { } found) AddExemplar(point, found);
    }

    private string? WriteExponential(OtlpMetric metric, Labels labels, OtlpPoint point)
    {
        if (point.Scale < NativeHistogram.MinSchema)
            return $"has scale {point.Scale}, below {NativeHistogram.MinSchema}";
        int coarser = Math.Max(0, point.Scale - NativeHistogram.MaxSchema);
        (BucketSpan[] positiveSpans, double[] positive) = point.Positive.ToSpans(coarser);
        (BucketSpan[] negativeSpans, double[] negative) = point.Negative.ToSpans(coarser);
        NativeHistogram histogram = new NativeHistogram
        {
            Schema = Math.Min(point.Scale, NativeHistogram.MaxSchema),
            Count = point.Count,
            Sum = point.HasNoValue ? SpecialValues.StaleNaN : point.HasSum ? point.Sum : 0,
            ZeroCount = point.ZeroCount,
            // OTLP's zero bucket without a threshold holds zeros only; a small width keeps sums of both exact.
            ZeroThreshold = point.ZeroThreshold > 0 ? point.ZeroThreshold : 1e-128,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
            IsInteger = true,
        };
        if (metric.IsDelta && !point.HasNoValue)
        {
            // Here and not in the store: a sum that it went into would be wrong ever after.
            if (HistogramRules.Problem(histogram) is { } malformed) return "is malformed: " + malformed;
            if (deltas.TryNative(labels, point, histogram, out string problem) is not { } sum) return problem;
            histogram = sum;
        }

        BeginSeries(labels);
        _batch.Add(point.TimestampMs, histogram, point.StartMs);
        AddExemplars(point);
        return null;
    }

    private string? WriteSummary(OtlpMetric metric, Labels labels, OtlpPoint point)
    {
        Add(Named(labels, metric, "_sum"), metric, point, point.Sum);
        Add(Named(labels, metric, "_count"), metric, point, point.Count);
        foreach ((double quantile, double value) in point.Quantiles)
            Add(labels.With(LabelNames.Quantile, GoNumber.OpenMetrics(quantile)), metric, point, value);
        return null;
    }

    private static Labels Named(Labels labels, OtlpMetric metric, string suffix) =>
        labels.With(LabelNames.MetricName, metric.Name + suffix);

    private void Add(Labels labels, OtlpMetric metric, OtlpPoint point, double value)
    {
        BeginSeries(labels);
        _batch.Add(
            point.TimestampMs, point.HasNoValue ? SpecialValues.StaleNaN : value,
            metric.HasStart && point.StartMs <= point.TimestampMs ? point.StartMs : 0);
    }

    private void BeginSeries(Labels labels)
    {
        ByteBuffer text = _batch.Text;
        int at = text.Length;
        PlainLabels.Write(text, labels);
        _batch.BeginSeries(at, text.Length - at);
    }

    private void AddExemplars(OtlpPoint point)
    {
        point.Exemplars.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
        foreach (BatchExemplar exemplar in point.Exemplars) AddExemplar(point, exemplar);
    }

    private void AddExemplar(OtlpPoint point, BatchExemplar exemplar) =>
        _batch.Exemplars.Add(
            exemplar.TimestampMs == 0 ? exemplar with { TimestampMs = point.TimestampMs } : exemplar);
}
