using System.CommandLine;
using Flyball.Metrics.Commands;

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
}
