namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>Properties of aggregations.</summary>
internal static class AggregateOperators
{
    private static readonly string[] Names =
    [
        "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar",
        "topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio",
    ];

    public static string Name(this AggregateOperator op) => Names[(int)op];

    public static bool TakesParameter(this AggregateOperator op) => op >= AggregateOperator.TopK;

    public static bool IsExperimental(this AggregateOperator op) =>
        op is AggregateOperator.LimitK or AggregateOperator.LimitRatio;

    public static AggregateOperator? Find(string name)
    {
        int index = Array.IndexOf(Names, name);
        return index < 0 ? null : (AggregateOperator)index;
    }
}
