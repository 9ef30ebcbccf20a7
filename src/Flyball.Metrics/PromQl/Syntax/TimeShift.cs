namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The <c>offset</c> and <c>@</c> modifiers of a selector or subquery.</summary>
internal sealed class TimeShift
{
    /// <summary>Milliseconds into the past; negative into the future.</summary>
    public long OffsetMs { get; set; }

    /// <summary>An offset to compute when the query's step and range are known.</summary>
    public DurationExpr? OffsetExpr { get; set; }

    /// <summary>The fixed time of <c>@ 123</c>, in Unix milliseconds.</summary>
    public long? AtMs { get; set; }

    public AtBoundary AtBoundary { get; set; }

    public bool HasOffset => OffsetMs != 0 || OffsetExpr is not null;

    /// <summary>Whether the selector reads the same samples at every step.</summary>
    public bool IsFixed => AtMs is not null || AtBoundary != AtBoundary.None;

    public bool IsNone => !HasOffset && !IsFixed;
}
