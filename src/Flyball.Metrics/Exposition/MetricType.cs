namespace Flyball.Metrics.Exposition;

/// <summary>The types of OpenMetrics; the older formats know the first five.</summary>
internal enum MetricType
{
    Unknown,
    Counter,
    Gauge,
    Histogram,
    Summary,
    GaugeHistogram,
    Info,
    StateSet,
}
