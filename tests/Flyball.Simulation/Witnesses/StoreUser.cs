using Flyball.Contracts;

namespace Flyball.Simulation.Witnesses;

/// <summary>A part of a server that writes, what it may write and delete, and the lease it must write under.</summary>
internal sealed record StoreUser(
    string Name, IReadOnlyList<string> Writes, IReadOnlyList<string> Deletes, bool IsElected)
{
    public static readonly StoreUser Api =
        new("api", [
            Kinds.Workload.Name, Kinds.Scale.Name, Kinds.ScalePolicy.Name, Kinds.Route.Name, Kinds.ApiSource.Name,
        ], [], false);

    /// <summary>After <c>rm</c> it also clears the scale away.</summary>
    public static readonly StoreUser Scheduling = new(
        "scheduling", [Kinds.Version.Name, Kinds.Rollout.Name, Kinds.Allocation.Name], [Kinds.Scale.Name], true);

    public static readonly StoreUser Discovery = new("discovery", [Kinds.Endpoint.Name], [], true);

    public static readonly StoreUser AgentSessions =
        new("agent sessions", [Kinds.Node.Name, Kinds.AllocationStatus.Name], [], false);

    public static readonly StoreUser GatewaySessions = new("gateway sessions", [Kinds.GatewayStatus.Name], [], false);
}
