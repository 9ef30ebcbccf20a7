using System.CommandLine;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Commands;

/// <summary>What the composition root hands in, because it belongs to other modules.</summary>
/// <param name="ReadPolicy">Reads an <c>x-scale</c> policy from a file's name and text.</param>
/// <param name="ServerOptions">Which server's metrics are asked.</param>
/// <param name="OpenMetrics">Its metrics.</param>
internal sealed record BacktestSources(
    Func<string, string, (ScalePolicy? Policy, IReadOnlyList<string> Problems)> ReadPolicy,
    IReadOnlyList<Option> ServerOptions,
    Func<ParseResult, IMetricQuery> OpenMetrics);
