namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The aggregations.</summary>
internal enum AggregateOperator : byte
{
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    TopK,
    BottomK,
    CountValues,
    Quantile,
    LimitK,
    LimitRatio,
}
