using System.Diagnostics.Metrics;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>What scraping counts about itself, under the meter <c>Flyball.Metrics</c>.</summary>
internal sealed class ScrapeMetrics : IDisposable
{
    private readonly Meter _meter = new("Flyball.Metrics");
    private readonly Counter<long> _scrapes;
    private readonly Counter<long> _samples;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _excess;
    private readonly Histogram<double> _duration;

    public ScrapeMetrics()
    {
        _scrapes = _meter.CreateCounter<long>("flyball.scrape.scrapes", "{scrape}", "Scrapes, by outcome.");
        _samples = _meter.CreateCounter<long>("flyball.scrape.samples", "{sample}", "Samples in bodies.");
        _missed = _meter.CreateCounter<long>(
            "flyball.scrape.missed", "{scrape}", "Scrapes left out because the one before took too long.");
        _excess = _meter.CreateCounter<long>(
            "flyball.scrape.targets_refused", "{target}", "Targets not scraped because there are too many.");
        _duration = _meter.CreateHistogram<double>("flyball.scrape.duration", "s", "From request to stored.");
    }

    public void Scraped(ScrapeResult result)
    {
        _scrapes.Add(1, new KeyValuePair<string, object?>("outcome", result.Error is null ? "good" : "failed"));
        _samples.Add(result.Scraped);
        _duration.Record(result.Duration.TotalSeconds);
    }

    public void Missed(long count)
    {
        if (count > 0) _missed.Add(count);
    }

    public void Refused(long targets)
    {
        if (targets > 0) _excess.Add(targets);
    }

    public void ObserveTargets(Func<long> count) =>
        _meter.CreateObservableGauge("flyball.scrape.targets", count, "{target}", "Targets that are scraped.");

    public void Dispose() => _meter.Dispose();
}
