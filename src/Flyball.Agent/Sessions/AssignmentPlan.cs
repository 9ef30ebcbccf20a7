using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Sessions;

/// <summary>What one allocation's agent shall do, from the resources as they stand: pure.</summary>
internal readonly record struct PlannedAssignment(AssignmentState State, long? StopDeadlineUnixMs);

/// <summary>Computes a node's assignments and the endpoints that its processes may call.</summary>
internal static class AssignmentPlan
{
    /// <summary>
    /// Run while that is desired. Stop comes once no endpoint of the allocation is in the catalogue any more, for then
    /// every gateway has drained it; at the deadline it comes regardless.
    /// </summary>
    public static PlannedAssignment Of(Allocation allocation, bool hasEndpoint, long nowUnixMs)
    {
        if (allocation.Desired == DesiredState.Run) return new PlannedAssignment(AssignmentState.Run, null);
        bool late = allocation.StopDeadlineUnixMs is { } deadline && deadline <= nowUnixMs;
        return hasEndpoint && !late
            ? new PlannedAssignment(AssignmentState.Drain, allocation.StopDeadlineUnixMs)
            : new PlannedAssignment(AssignmentState.Stop, allocation.StopDeadlineUnixMs);
    }

    /// <summary>The node's allocations, by id.</summary>
    public static IReadOnlyList<Allocation> AllocationsOf(ResourceSnapshot snapshot, string node) =>
        [.. snapshot.List(Kinds.Allocation).Select(a => a.Value).Where(a => a.Node == node)];

    /// <summary>The allocations that have endpoints, draining or not.</summary>
    public static HashSet<string> WithEndpoints(ResourceSnapshot snapshot) =>
        new(snapshot.List(Kinds.Endpoint.Name).Where(row => !Endpoint.IsRegistered(row.Key.Name))
            .Select(row => row.Decode(Kinds.Endpoint).Allocation), StringComparer.Ordinal);

    /// <summary>The endpoints of every project that has allocations on the node, by name.</summary>
    public static IEnumerable<Resource<Endpoint>> EndpointsFor(
        ResourceSnapshot snapshot, IReadOnlyList<Allocation> allocations)
    {
        var projects = new HashSet<string>(
            allocations.Select(a => WorkloadName.Project(a.Workload)), StringComparer.Ordinal);
        return snapshot.List(Kinds.Endpoint).Where(e => projects.Contains(WorkloadName.Project(e.Value.Service)));
    }
}
