namespace Flyball.Contracts.Metrics;

/// <summary>A label of a series; the metric's name is the label <c>__name__</c>.</summary>
public readonly record struct MetricLabel(string Name, string Value);
