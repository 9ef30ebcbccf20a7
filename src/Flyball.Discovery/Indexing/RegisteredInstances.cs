using Flyball.Contracts.Agent;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>What is registered, and the machines with an agent, as clients see them: pure.</summary>
internal static class RegisteredInstances
{
    public const string ServiceMaintenance = "_service_maintenance:";

    public const string NodeMaintenance = "_node_maintenance";

    private const string NoReason =
        "Maintenance mode is enabled for this service, but no reason was provided. This is a default message.";

    /// <param name="key">The registration's row.</param>
    /// <param name="service">The registration.</param>
    /// <param name="node">Its node.</param>
    /// <param name="modified">The revision it stands at.</param>
    /// <param name="sibling">Another instance of the service: what both say is shared with it.</param>
    public static ServiceInstance Of(
        string key, ServiceRegistration service, NodeEntry node, long modified,
        ServiceInstance? sibling = null) => new()
    {
        Key = key,
        OwnId = IsOf(key, service) ? null : service.Id,
        Service = sibling?.Service == service.Service ? sibling.Service : service.Service,
        Node = node,
        Tags = sibling is not null && sibling.Tags.SequenceEqual(service.Tags) ? sibling.Tags : [.. service.Tags],
        Meta = IsSame(sibling?.Meta, service.Meta) ? sibling!.Meta : service.Meta,
        Address = service.Address,
        Port = service.Port,
        TaggedAddresses = service.TaggedAddresses,
        WeightPassing = service.WeightPassing,
        WeightWarning = service.WeightWarning,
        EnableTagOverride = service.EnableTagOverride,
        IsRegistered = true,
        IsByAgent = service.ByAgent,
        Checks = ChecksOf(service),
        CreateIndex = service.CreatedRevision == 0 ? modified : service.CreatedRevision,
        ModifyIndex = modified,
    };

    /// <summary>A machine with an agent of ours.</summary>
    public static NodeView Of(Node node, long modified) => new(node.Hostname, node.Address)
    {
        Id = NodeView.IdOf(node.Id),
        Meta = node.Labels,
        Checks =
        [
            // A node that is only cut off goes on serving: what reads the catalogue must not turn away from it.
            node.State == NodeState.Lost
                ? Alive(CheckStatus.Critical, "The node is lost.")
                : Alive(CheckStatus.Passing, "Agent alive and reachable"),
        ],
        CreateIndex = modified,
        ModifyIndex = modified,
    };

    /// <param name="name">The node's name.</param>
    /// <param name="node">What is registered about it; null for nothing.</param>
    /// <param name="ownAddress">Set for this server's own node.</param>
    /// <param name="modified">The revision it stands at.</param>
    public static NodeView Of(string name, NodeRegistration? node, string? ownAddress, long modified)
    {
        var checks = new List<InstanceCheck>();
        if (ownAddress is not null) checks.Add(Alive(CheckStatus.Passing, "Agent alive and reachable"));
        if (node is not null) checks.AddRange(node.Checks.Select(InstanceCheck.Of));
        if (node?.Maintenance is { } reason) checks.Add(Maintained(NodeMaintenance, "Node Maintenance Mode", reason));
        return new NodeView(name, node is { Address.Length: > 0 } ? node.Address : ownAddress ?? "")
        {
            Id = node?.Id ?? NodeView.IdOf(name),
            Meta = node?.Meta ?? new SortedDictionary<string, string>(),
            TaggedAddresses = node?.TaggedAddresses,
            Checks = checks,
            CreateIndex = node is { CreatedRevision: > 0 } ? node.CreatedRevision : modified,
            ModifyIndex = modified,
        };
    }

    /// <summary>Whether the row is named by node and id, not by a digest of them.</summary>
    private static bool IsOf(string key, ServiceRegistration service) =>
        key.Length == service.Node.Length + 1 + service.Id.Length && key[service.Node.Length] == '/'
            && key.StartsWith(service.Node, StringComparison.Ordinal)
            && key.EndsWith(service.Id, StringComparison.Ordinal);

    private static bool IsSame(
        IReadOnlyDictionary<string, string>? one, SortedDictionary<string, string>? other) =>
        one is not null && other is not null && one.Count == other.Count
            && other.All(pair => one.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    private static InstanceCheck[] ChecksOf(ServiceRegistration service)
    {
        if (service.Checks.Count == 0 && service.Maintenance is null) return [];
        IEnumerable<InstanceCheck> checks = service.Checks.Select(InstanceCheck.Of);
        return service.Maintenance is { } reason
            ? [.. checks, Maintained(ServiceMaintenance + service.Id, "Service Maintenance Mode", reason)]
            : [.. checks];
    }

    private static InstanceCheck Alive(CheckStatus status, string output) =>
        new(RegistrationKinds.NodeAlive, "Serf Health Status", status) { Output = output };

    private static InstanceCheck Maintained(string id, string name, string reason) =>
        new(id, name, CheckStatus.Critical) { Notes = reason.Length > 0 ? reason : NoReason };
}
