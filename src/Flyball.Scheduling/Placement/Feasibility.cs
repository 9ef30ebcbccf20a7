using System.Globalization;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Placement;

/// <summary>
/// Whether a node can run an allocation. The only place that answers this: two answers that differ would place and
/// reject the same allocation for ever.
/// </summary>
internal static class Feasibility
{
    /// <summary>Null when the node can run it, else the first reason why not.</summary>
    public static Rejection? Check(PlacementRequest request, Node node, NodeUsage usage) =>
        CheckState(node)
        ?? CheckDriver(request.Driver, node)
        ?? CheckConstraints(request.Constraints, node)
        ?? CheckPorts(request.Ports, usage)
        ?? CheckCpu(request, node, usage)
        ?? CheckMemory(request, node, usage);

    private static Rejection? CheckState(Node node) => node.State switch
    {
        NodeState.Ready => null,
        NodeState.Disconnected => Rejection.Of(RejectionCause.NodeNotReady, "is", "are", "disconnected"),
        _ => Rejection.Of(RejectionCause.NodeNotReady, "is", "are", "lost"),
    };

    private static Rejection? CheckDriver(string name, Node node)
    {
        DriverInfo? driver = node.Drivers.FirstOrDefault(info => info.Name == name);
        if (driver is { Healthy: true }) return null;
        string why = driver is { Message.Length: > 0 } ? $" ({driver.Message})" : "";
        return Rejection.Of(RejectionCause.DriverMissing, "lacks", "lack", $"driver {name}{why}");
    }

    private static Rejection? CheckConstraints(IReadOnlyList<Constraint> constraints, Node node)
    {
        foreach (Constraint constraint in constraints)
        {
            bool same =
                string.Equals(AttributeOf(node, constraint.Attribute), constraint.Value, StringComparison.Ordinal);
            if (same == constraint.Equal) continue;
            string text = $"{constraint.Attribute} {(constraint.Equal ? "==" : "!=")} {constraint.Value}";
            return Rejection.Of(RejectionCause.ConstraintUnmet, "does not satisfy", "do not satisfy", text);
        }

        return null;
    }

    private static string? AttributeOf(Node node, string attribute)
    {
        const string labels = "node.labels.";
        if (attribute.StartsWith(labels, StringComparison.Ordinal))
            return node.Labels.GetValueOrDefault(attribute[labels.Length..]);
        return attribute switch
        {
            "node.id" => node.Id,
            "node.hostname" => node.Hostname,
            "node.platform.os" => node.Os,
            "node.platform.arch" => node.Arch,
            _ => null,
        };
    }

    private static Rejection? CheckPorts(IReadOnlyList<HostPort> ports, NodeUsage usage)
    {
        if (ports.Count == 0) return null;
        foreach (Claim claim in usage.WithPorts)
            foreach (HostPort taken in claim.Ports)
                foreach (HostPort wanted in ports)
                    if (wanted.ConflictsWith(taken))
                        return Rejection.Of(
                            RejectionCause.PortTaken, "has", "have", $"port {wanted} taken by {claim.Workload}");
        return null;
    }

    private static Rejection? CheckCpu(PlacementRequest request, Node node, NodeUsage usage)
    {
        long left = (long)Math.Round(node.CpuCores * 1000) - usage.CpuMillis;
        if (request.CpuMillis == 0 || request.CpuMillis <= left) return null;
        return Rejection.Of(
            RejectionCause.CpuShort, "has", "have", $"too few CPU cores left ({Cores(request.CpuMillis)} needed)");
    }

    private static Rejection? CheckMemory(PlacementRequest request, Node node, NodeUsage usage)
    {
        long left = node.MemoryBytes - usage.MemoryBytes;
        if (request.MemoryBytes == 0 || request.MemoryBytes <= left) return null;
        string needed = (request.MemoryBytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture);
        return Rejection.Of(RejectionCause.MemoryShort, "has", "have", $"too little memory left ({needed} MiB needed)");
    }

    private static string Cores(long millis) => (millis / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
