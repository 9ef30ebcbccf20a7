namespace Flyball.Metrics.Storage;

/// <summary>
/// What a metric says about itself: type as in OpenMetrics (<c>counter</c>, <c>gauge</c>, …), help, unit.
/// </summary>
internal sealed record MetricMetadata(string Name, string Type, string Help, string Unit);
