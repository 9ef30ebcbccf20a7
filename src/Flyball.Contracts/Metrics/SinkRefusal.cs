namespace Flyball.Contracts.Metrics;

/// <summary>Samples that were refused, and why.</summary>
/// <param name="Reason">One word for the cause, the same in the counter <c>flyball.metrics.refused</c>.</param>
/// <param name="Count">How many samples and histograms.</param>
public sealed record SinkRefusal(string Reason, int Count);
