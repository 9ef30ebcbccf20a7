namespace Flyball.Contracts.Metrics;

/// <summary>
/// Samples on their way into <see cref="ISampleSink"/>, as columns: series by their labels, then timestamps and values.
/// Cleared and filled again by its owner; one thread at a time.
/// </summary>
public sealed class MetricBatch
{
    private readonly List<MetricLabel> labels = [];
    private readonly List<Start> series = [];
    private readonly List<(long AtUnixMs, double Value)> samples = [];
    private readonly List<(long AtUnixMs, MetricHistogram Value)> histograms = [];
    private readonly List<MetricDescription> descriptions = [];

    public int SeriesCount => series.Count;

    public int SampleCount => samples.Count;

    public int HistogramCount => histograms.Count;

    /// <summary>What the metrics of the batch say about themselves.</summary>
    public IReadOnlyList<MetricDescription> Descriptions => descriptions;

    /// <summary>Starts a series; what is added next is its.</summary>
    /// <param name="seriesLabels">In any order, without repeated names; <c>__name__</c> among them.</param>
    public void BeginSeries(params ReadOnlySpan<MetricLabel> seriesLabels)
    {
        series.Add(new Start(labels.Count, samples.Count, histograms.Count));
        labels.AddRange(seriesLabels);
    }

    /// <summary>Adds a sample to the series that was begun last.</summary>
    public void Add(long atUnixMs, double value) => samples.Add((atUnixMs, value));

    /// <summary>Adds a histogram to the series that was begun last.</summary>
    public void Add(long atUnixMs, MetricHistogram value) => histograms.Add((atUnixMs, value));

    public void Describe(MetricDescription description) => descriptions.Add(description);

    public void Clear()
    {
        labels.Clear();
        series.Clear();
        samples.Clear();
        histograms.Clear();
        descriptions.Clear();
    }

    /// <summary>The labels of a series.</summary>
    public ReadOnlySpan<MetricLabel> Labels(int index) => Slice(labels, index, static start => start.Label);

    /// <summary>The floats of a series.</summary>
    public ReadOnlySpan<(long AtUnixMs, double Value)> Samples(int index) =>
        Slice(samples, index, static start => start.Sample);

    /// <summary>The histograms of a series.</summary>
    public ReadOnlySpan<(long AtUnixMs, MetricHistogram Value)> Histograms(int index) =>
        Slice(histograms, index, static start => start.Histogram);

    private ReadOnlySpan<T> Slice<T>(List<T> all, int index, Func<Start, int> first)
    {
        int from = first(series[index]);
        int to = index + 1 < series.Count ? first(series[index + 1]) : all.Count;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all)[from..to];
    }

    /// <summary>Where a series starts in each column.</summary>
    private readonly record struct Start(int Label, int Sample, int Histogram);
}
