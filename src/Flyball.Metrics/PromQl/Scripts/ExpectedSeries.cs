namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>The expected points of a series, and its place in an ordered result, from 0.</summary>
internal sealed record ExpectedSeries(int Position, IReadOnlyList<ScriptValue> Values);
