namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>The times at which an expression is evaluated: Unix milliseconds, evenly spaced.</summary>
internal readonly record struct StepGrid(long StartMs, long IntervalMs, int Count)
{
    public long EndMs => StartMs + ((Count - 1) * IntervalMs);

    public long this[int step] => StartMs + (step * IntervalMs);

    public static StepGrid Instant(long atMs) => new(atMs, 1, 1);

    public static StepGrid Between(long startMs, long endMs, long intervalMs) =>
        new(startMs, intervalMs, endMs < startMs ? 0 : checked((int)((endMs - startMs) / intervalMs)) + 1);
}
