namespace Flyball.Contracts.Metrics;

/// <summary>What a metric says about itself.</summary>
/// <param name="Name">The metric family's name.</param>
/// <param name="Type">As in OpenMetrics: <c>counter</c>, <c>gauge</c>, <c>histogram</c>, <c>summary</c>, …</param>
/// <param name="Help">A sentence for people.</param>
/// <param name="Unit">The base unit, or empty.</param>
public sealed record MetricDescription(string Name, string Type, string Help, string Unit = "");
