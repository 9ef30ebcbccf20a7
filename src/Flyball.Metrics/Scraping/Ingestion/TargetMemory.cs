using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>What is remembered of one target from scrape to scrape. One thread at a time.</summary>
internal sealed class TargetMemory
{
    private static readonly string[] ReportNames =
    [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    ];

    private readonly byte[][] _reportLabels;

    public TargetMemory(Labels targetLabels) =>
        _reportLabels = [.. ReportNames.Select(name => PlainLabels.ToBytes(targetLabels.With("__name__", name)))];

    public SeriesMemory Series { get; } = new();

    public FamilyMetadata Metadata { get; } = new();

    /// <summary>Number of the scrape that runs, or ran last; from 1.</summary>
    public long Scrape { get; private set; }

    /// <summary>Number of the last scrape whose series are in the store without an end; 0 when there is none.</summary>
    public long Live { get; private set; }

    public void Begin() => Scrape++;

    /// <summary>Ends a scrape that went well: markers for what it no longer brought.</summary>
    public void AddVanished(SampleBatch batch, long timestampMs)
    {
        HashSet<UInt128>? present = null;
        for (int number = 0; number < Series.Limit; number++)
        {
            ref CachedSeries entry = ref Series[number];
            if (!entry.IsUsed || entry.SeenIn == Scrape) continue;
            if (entry.SeenIn == Live && Live != 0 && entry.IsTracked && !entry.IsDropped)
            {
                present ??= Present();
                if (!present.Contains(entry.LabelsKey)) AddStale(batch, in entry, timestampMs);
            }

            Series.Remove(number);
        }

        Series.Compact();
    }

    /// <summary>The samples of this scrape are stored.</summary>
    public void Succeed()
    {
        Live = Scrape;
        Metadata.Commit();
    }

    /// <summary>Ends a scrape that failed, or the target itself: markers for all that was live.</summary>
    public void AddAllStale(SampleBatch batch, long timestampMs)
    {
        for (int number = 0; number < Series.Limit; number++)
        {
            ref CachedSeries entry = ref Series[number];
            if (!entry.IsUsed) continue;
            // What only this failed scrape brought was never stored.
            if (entry.SeenIn == Scrape) entry.SeenIn = entry.SeenBefore;
            if (entry.SeenIn == 0)
            {
                Series.Remove(number);
                continue;
            }

            if (Live != 0 && entry.SeenIn == Live && entry.IsTracked && !entry.IsDropped)
                AddStale(batch, in entry, timestampMs);
        }

        Series.Compact();
        Live = 0;
    }

    /// <summary>The samples about the scrape itself.</summary>
    public void AddReport(SampleBatch batch, ScrapeResult result)
    {
        ReadOnlySpan<double> values =
        [
            result.Error is null ? 1 : 0, result.Duration.TotalSeconds, result.Scraped, result.Kept, result.Added,
        ];
        for (int index = 0; index < values.Length; index++)
            Add(batch, _reportLabels[index], result.TimestampMs, values[index]);
    }

    /// <summary>Markers for the samples about the scrape: the target is gone.</summary>
    public void AddReportStale(SampleBatch batch, long timestampMs)
    {
        foreach (byte[] labels in _reportLabels) Add(batch, labels, timestampMs, SpecialValues.StaleNaN);
    }

    private HashSet<UInt128> Present()
    {
        var present = new HashSet<UInt128>();
        for (int number = 0; number < Series.Limit; number++)
        {
            ref CachedSeries entry = ref Series[number];
            if (entry.IsUsed && entry.SeenIn == Scrape) present.Add(entry.LabelsKey);
        }

        return present;
    }

    private void AddStale(SampleBatch batch, in CachedSeries entry, long timestampMs) =>
        Add(batch, Series.Labels(in entry), timestampMs, SpecialValues.StaleNaN);

    private static void Add(SampleBatch batch, ReadOnlySpan<byte> labels, long timestampMs, double value)
    {
        ByteBuffer text = batch.Text;
        int at = text.Length;
        text.Bytes(labels);
        batch.BeginSeries(at, labels.Length);
        batch.Add(timestampMs, value);
    }
}
