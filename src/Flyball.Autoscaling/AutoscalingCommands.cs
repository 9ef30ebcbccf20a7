using System.CommandLine;
using Flyball.Autoscaling.Commands;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling;

/// <summary>The module's commands that need no server of their own.</summary>
public static class AutoscalingCommands
{
    /// <summary>Adds <c>backtest</c>.</summary>
    /// <param name="commands">Where to.</param>
    /// <param name="readPolicy">
    /// Reads an <c>x-scale</c> policy from a file's name and text, as the manifest's reader does: the policy, or null
    /// and every problem with its place.
    /// </param>
    /// <param name="serverOptions">The options that say which server's metrics are asked.</param>
    /// <param name="openMetrics">The metrics of the server that those options name.</param>
    public static void AddAutoscalingCommands(
        this ICollection<Command> commands,
        Func<string, string, (ScalePolicy? Policy, IReadOnlyList<string> Problems)> readPolicy,
        IReadOnlyList<Option> serverOptions,
        Func<ParseResult, IMetricQuery> openMetrics) =>
        commands.Add(BacktestCommand.Create(new BacktestSources(readPolicy, serverOptions, openMetrics)));
}
