using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage;

/// <summary>An exemplar of a batch: the labels are its own (a trace id, say), not the series'.</summary>
internal readonly record struct BatchExemplar(long TimestampMs, double Value, Labels Labels);
