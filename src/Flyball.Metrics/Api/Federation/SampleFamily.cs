namespace Flyball.Metrics.Api.Federation;

/// <summary>What <c># TYPE</c> says of a sample.</summary>
/// <param name="Name">Of the metric family; null for the metric's own name.</param>
/// <param name="Type">The word for its type; null for an unknown type.</param>
internal readonly record struct SampleFamily(string? Name, string? Type);
