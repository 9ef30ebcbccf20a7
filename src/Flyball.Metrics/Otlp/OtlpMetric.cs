using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Otlp;

/// <summary>What the points of a metric share.</summary>
/// <param name="Name">As it is stored, without the suffixes of its parts.</param>
/// <param name="Type">As it is stored.</param>
/// <param name="IsDelta">Each point counts from the one before.</param>
internal sealed record OtlpMetric(string Name, MetricType Type, bool IsDelta)
{
    /// <summary>Whether points tell since when they count.</summary>
    public bool HasStart => MetricTypes.HasStart(Type);
}
