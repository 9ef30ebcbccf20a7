using System.Globalization;
using Flyball.Agent.Allocations;
using Flyball.Contracts.Telemetry.Wire;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// What this node knows about whoever sends telemetry. A task names its allocation by a header that its environment
/// gave to its exporter; anybody else is stamped with the node alone.
/// </summary>
/// <param name="node">This node's name.</param>
/// <param name="find">An allocation of this node by its id.</param>
internal sealed class TelemetryStamps(string node, Func<string, AllocationRecord?> find)
{
    /// <summary>Names the sender's allocation.</summary>
    public const string AllocationHeader = "x-flyball-allocation";

    public static string NodeName(AgentOptions options) => options.Hostname ?? Environment.MachineName;

    public void Stamp(TelemetryBatch batch, string? allocation)
    {
        if (allocation is { Length: > 0 } && find(allocation) is { } record)
        {
            Add(batch, "workload", record.Allocation.Workload);
            Add(batch, "project", record.Project);
            Add(batch, "service", record.Service);
            Add(batch, "version", record.Allocation.Version.ToString(CultureInfo.InvariantCulture));
            Add(batch, "allocation", record.Allocation.Id);
        }

        Add(batch, "node", node);
    }

    private static void Add(TelemetryBatch batch, string name, string value) =>
        batch.Resource.Add(new TelemetryLabel { Name = name, Value = value });
}
