namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// When a query is evaluated: Unix milliseconds, both inclusive. The step is 0 for an instant query, whose start is its
/// end.
/// </summary>
internal readonly record struct QueryTimes(long StartMs, long EndMs, long StepMs)
{
    public bool IsInstant => StepMs == 0;

    public static QueryTimes At(long atMs) => new(atMs, atMs, 0);

    public StepGrid ToGrid() => IsInstant ? StepGrid.Instant(StartMs) : StepGrid.Between(StartMs, EndMs, StepMs);
}
