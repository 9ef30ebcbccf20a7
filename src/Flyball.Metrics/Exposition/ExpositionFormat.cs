namespace Flyball.Metrics.Exposition;

/// <summary>How a target writes its metrics.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text format, 0.0.4 and 1.0.0 (quoted UTF-8 names).</summary>
    Text,

    /// <summary>OpenMetrics 1.0: strict spacing, exemplars, units, and an end that must be there.</summary>
    OpenMetrics,

    /// <summary>Length-delimited <c>io.prometheus.client.MetricFamily</c> messages.</summary>
    Protobuf,
}
