using System.CommandLine;
using Flyball.Metrics.Commands;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.PromQl;

namespace Flyball.Metrics;

/// <summary>The module's commands that need no server.</summary>
public static class MetricsCommands
{
    /// <summary>Adds <c>promql</c> and <c>tsdb</c>.</summary>
    public static void AddMetricsCommands(this ICollection<Command> commands)
    {
        commands.Add(PromQlCommands.Create());
        commands.Add(TsdbCommands.Create());
    }

    /// <summary>
    /// What is wrong with an expression that should give one value a series; null when nothing is. The language's
    /// stable parts, as no server's settings are known.
    /// </summary>
    public static string? ProblemOfExpression(string expression) =>
        MetricGrammar.ProblemOf(expression, PromQlFeatures.Stable);
}
