using System.IO.Hashing;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage;

/// <summary>
/// What one request brings, as columns: series by their label bytes, and their samples. A decoder fills it without
/// making strings: <see cref="Text"/> takes the decoded request (or plain labels that the caller writes there), and a
/// series is a range of it. Cleared and used again; one thread at a time.
/// </summary>
internal sealed class SampleBatch
{
    private readonly List<BatchSeries> _series = [];
    private long[] _timestampsMs = new long[1024];
    private double[] _values = new double[1024];
    private long[] _startsMs = new long[1024];

    /// <summary>The bytes that series refer to.</summary>
    public ByteBuffer Text { get; } = new(1 << 16);

    /// <summary>How the label bytes are laid out.</summary>
    public LabelForm Form { get; private set; }

    /// <summary>Whose series they are, for limits.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>
    /// Whether it may be hours old and bring series that are not in the head: what agents and gateways kept while they
    /// could not reach the server. Set after <see cref="Clear"/>.
    /// </summary>
    public bool FillsGaps { get; set; }

    public int SampleCount { get; private set; }

    public int SeriesCount => _series.Count;

    public List<BatchHistogram> Histograms { get; } = [];

    public List<BatchExemplar> Exemplars { get; } = [];

    public List<MetricMetadata> Metadata { get; } = [];

    public ReadOnlySpan<BatchSeries> Series => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_series);

    public void Clear(LabelForm form, string tenant = "")
    {
        Form = form;
        Tenant = tenant;
        FillsGaps = false;
        SampleCount = 0;
        _series.Clear();
        Text.Clear();
        Histograms.Clear();
        Exemplars.Clear();
        Metadata.Clear();
    }

    /// <summary>Starts a series; the samples, histograms and exemplars added next are its.</summary>
    /// <param name="labelsAt">Where its labels start in <see cref="Text"/>.</param>
    /// <param name="labelsSize">How many bytes they take.</param>
    public void BeginSeries(int labelsAt, int labelsSize) => _series.Add(new BatchSeries
    {
        LabelsAt = labelsAt,
        LabelsSize = labelsSize,
        FirstSample = SampleCount,
        FirstHistogram = Histograms.Count,
        FirstExemplar = Exemplars.Count,
    });

    /// <summary>Starts a series with these labels, written in plain form.</summary>
    public void BeginSeries(Labels labels)
    {
        int start = Text.Length;
        foreach (Label label in labels.Items)
        {
            Text.Text(label.Name);
            Text.Text(label.Value);
        }

        BeginSeries(start, Text.Length - start);
    }

    public void Add(long timestampMs, double value, long startMs = 0)
    {
        if (SampleCount == _values.Length) Grow();
        _timestampsMs[SampleCount] = timestampMs;
        _values[SampleCount] = value;
        _startsMs[SampleCount] = startMs;
        SampleCount++;
    }

    /// <summary>Sets since when a sample that was added counts: some formats tell it later.</summary>
    public void SetStart(int sample, long startMs) => _startsMs[sample] = startMs;

    public void Add(long timestampMs, NativeHistogram histogram, long startMs = 0) =>
        Histograms.Add(new BatchHistogram(timestampMs, startMs, histogram));

    public long TimestampMs(int sample) => _timestampsMs[sample];

    public double Value(int sample) => _values[sample];

    public long StartMs(int sample) => _startsMs[sample];

    /// <summary>The label bytes of a series.</summary>
    public ReadOnlySpan<byte> LabelBytes(in BatchSeries series) =>
        Text.Written.Slice(series.LabelsAt, series.LabelsSize);

    /// <summary>Hashes the label bytes of all series: the caller does so outside the head's lock.</summary>
    public void HashLabels(long seed)
    {
        foreach (ref BatchSeries series in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_series))
            series.Key = XxHash128.HashToUInt128(LabelBytes(in series), seed + (int)Form);
    }

    /// <summary>One past the last sample of a series.</summary>
    public int EndOfSamples(int series) => series + 1 < _series.Count ? _series[series + 1].FirstSample : SampleCount;

    public int EndOfHistograms(int series) =>
        series + 1 < _series.Count ? _series[series + 1].FirstHistogram : Histograms.Count;

    public int EndOfExemplars(int series) =>
        series + 1 < _series.Count ? _series[series + 1].FirstExemplar : Exemplars.Count;

    private void Grow()
    {
        Array.Resize(ref _timestampsMs, SampleCount * 2);
        Array.Resize(ref _values, SampleCount * 2);
        Array.Resize(ref _startsMs, SampleCount * 2);
    }
}
