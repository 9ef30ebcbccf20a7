namespace Flyball.Contracts.Metrics;

/// <summary>An <c>ExportMetricsServiceRequest</c> and what the platform knows about who sent it.</summary>
/// <param name="Payload">The request's bytes, unpacked.</param>
/// <param name="IsJson">Whether they are its JSON form; else protobuf.</param>
/// <param name="Resource">
/// Labels for every series of the request; where it says something else under the same name, these are right.
/// </param>
public sealed record OtlpMetrics(
    ReadOnlyMemory<byte> Payload, bool IsJson, IReadOnlyList<MetricLabel> Resource);
