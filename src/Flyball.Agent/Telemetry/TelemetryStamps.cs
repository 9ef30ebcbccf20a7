using Flyball.Agent.Allocations;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Wire;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// What this node knows about whoever sends telemetry. A task names its allocation by a header that its environment
/// gave to its exporter; anybody else is stamped with the node alone.
/// </summary>
/// <param name="node">This node's name.</param>
/// <param name="find">An allocation of this node by its id; null for any other.</param>
internal sealed class TelemetryStamps(string node, Func<string, AllocationRecord?> find)
{
    /// <summary>Names the sender's allocation.</summary>
    public const string AllocationHeader = "x-flyball-allocation";

    public void Stamp(TelemetryBatch batch, string? allocation)
    {
        IEnumerable<MetricLabel> labels = allocation is { Length: > 0 } && find(allocation) is { } record
            ? AllocationLabels.Of(record, node)
            : [new MetricLabel(AllocationLabels.Node, node)];
        foreach (MetricLabel label in labels)
            batch.Resource.Add(new TelemetryLabel { Name = label.Name, Value = label.Value });
    }
}
