namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// The windows of all steps: each ends (without <see cref="AheadMs"/>) at a multiple of the interval after the first
/// end, or all at the same time (interval 0), and is left-open.
/// </summary>
/// <param name="FirstEndMs">Where the range of the first step ends.</param>
/// <param name="IntervalMs">From step to step.</param>
/// <param name="BehindMs">
/// How far before its end samples are seen: the range, and what extended ranges look back.
/// </param>
/// <param name="AheadMs">How far after its end samples are seen.</param>
internal readonly record struct WindowTimes(long FirstEndMs, long IntervalMs, long BehindMs, long AheadMs)
{
    public long EndOf(int step) => FirstEndMs + (step * IntervalMs);
}
