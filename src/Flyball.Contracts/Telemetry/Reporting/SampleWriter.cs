using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry.Reporting;

/// <summary>
/// Fills a batch with series that share some labels, one sample each; allocates nothing for a series. One thread at a
/// time.
/// </summary>
/// <param name="common">Labels of every series.</param>
public sealed class SampleWriter(params MetricLabel[] common)
{
    /// <summary>Labels of one series at most, its name among them.</summary>
    private const int LabelsMax = 64;

    private readonly MetricLabel[] scratch = new MetricLabel[LabelsMax];
    private MetricBatch batch = new();

    /// <summary>The moment that what is added is of; a source that measured earlier says when.</summary>
    public long AtUnixMs { get; set; }

    /// <summary>Whether descriptions are wanted this time; they are every now and then.</summary>
    public bool WantsDescriptions { get; private set; }

    public void Add(string name, double value, params ReadOnlySpan<MetricLabel> labels)
    {
        Begin(name, labels);
        batch.Add(AtUnixMs, value);
    }

    public void Add(string name, MetricHistogram value, params ReadOnlySpan<MetricLabel> labels)
    {
        Begin(name, labels);
        batch.Add(AtUnixMs, value);
    }

    public void Describe(string name, string type, string help, string unit = "") =>
        batch.Describe(new MetricDescription(name, type, help, unit));

    /// <summary>Begins a batch of a moment.</summary>
    public void Begin(MetricBatch target, long atUnixMs, bool wantsDescriptions)
    {
        target.Clear();
        (batch, AtUnixMs, WantsDescriptions) = (target, atUnixMs, wantsDescriptions);
    }

    private void Begin(string name, ReadOnlySpan<MetricLabel> labels)
    {
        scratch[0] = new MetricLabel("__name__", name);
        common.CopyTo(scratch, 1);
        labels.CopyTo(scratch.AsSpan(1 + common.Length));
        batch.BeginSeries(scratch.AsSpan(0, 1 + common.Length + labels.Length));
    }
}
