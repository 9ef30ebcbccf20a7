using System.Globalization;
using Flyball.Agent.Allocations;
using Flyball.Contracts.Metrics;

namespace Flyball.Agent.Telemetry;

/// <summary>Who an allocation is, as labels: the same on what it uses and on what it sends.</summary>
internal static class AllocationLabels
{
    /// <summary>The label of everything that comes from a node.</summary>
    public const string Node = "node";

    public static IEnumerable<MetricLabel> Of(AllocationRecord record, string node) =>
    [
        new("project", record.Project),
        new("workload", record.Allocation.Workload),
        new("service", record.Service),
        new("version", record.Allocation.Version.ToString(CultureInfo.InvariantCulture)),
        new("allocation", record.Allocation.Id),
        new(Node, node),
    ];
}
