using Flyball.Contracts.Metrics;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.Hosting;

/// <summary>PromQL as the engine of this server reads it.</summary>
internal sealed class MetricGrammar(QueryOptions options) : IMetricGrammar
{
    public string? ProblemOf(string expression) => ProblemOf(expression, options.Features);

    public static string? ProblemOf(string expression, PromQlFeatures features)
    {
        ParseResult parsed = ExprParser.Parse(expression, features);
        if (!parsed.IsSuccess) return parsed.Error;
        return parsed.Expr.Type is ExprType.Scalar or ExprType.Vector
            ? null
            : $"it gives a {parsed.Expr.Type.DocumentedName()}, and one value a series is needed";
    }
}
