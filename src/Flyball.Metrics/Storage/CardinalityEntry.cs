namespace Flyball.Metrics.Storage;

/// <summary>A name and how much of something it has.</summary>
internal sealed record CardinalityEntry(string Name, long Value);
