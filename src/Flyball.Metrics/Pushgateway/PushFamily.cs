using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Pushgateway;

/// <summary>A pushed metric family.</summary>
internal sealed record PushFamily(
    string Name, MetricType Type, string Help, string Unit, IReadOnlyList<PushSample> Samples)
{
    /// <summary>Roughly what it takes in memory.</summary>
    public long SizeBytes => Samples.Sum(sample => sample.Labels.Length + 64L);
}
