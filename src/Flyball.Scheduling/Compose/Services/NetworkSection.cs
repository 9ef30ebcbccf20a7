using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Projects;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>networks</c>, <c>network_mode</c>, <c>extra_hosts</c> and <c>dns</c>.</summary>
internal static class NetworkSection
{
    private const string DefaultNetwork = "default";
    private const string Bridge = "bridge";

    public static string Mode(Field service)
    {
        Field field = service["network_mode"];
        string? mode = field.Word();
        if (mode is null or Bridge or DefaultNetwork) return Bridge;
        if (service["networks"].Exists) field.Error("networks and network_mode exclude each other");
        if (mode is "host" or "none") return mode;
        bool shared = mode.StartsWith("service:", StringComparison.Ordinal) ||
            mode.StartsWith("container:", StringComparison.Ordinal);
        if (shared)
            field.Error(
                "a network namespace cannot be shared with another container", "put both services on one network");
        else field.Error($"'{mode}' is not one of bridge, host, none");
        return Bridge;
    }

    /// <summary>
    /// The networks by their full names, each with the service's name first among its aliases; empty when the service
    /// is only on the project's own default network under its own name.
    /// </summary>
    public static IReadOnlyList<NetworkAttachment> Read(ServiceScope scope)
    {
        Field field = scope.Field["networks"].As(MergeRule.Names);
        List<(NamedObject Network, List<string> Aliases)> attached = [];
        foreach ((string key, Field attachment) in field.Entries())
        {
            if (scope.Definitions.Network(attachment, key) is not { } network) continue;
            IEnumerable<string> more = attachment["aliases"].ItemsOrOne().Select(alias => alias.Word())
                .OfType<string>();
            SortedSet<string> others = new(more.Where(alias => alias != scope.Name), StringComparer.Ordinal);
            attached.Add((network, [scope.Name, .. others]));
        }
        if (!field.Exists && scope.Definitions.Network(field, DefaultNetwork) is { } standard)
            attached.Add((standard, [scope.Name]));
        bool plain = attached is [{ Network.Key: DefaultNetwork, Network.External: false, Aliases.Count: 1 } only] &&
            only.Network.FullName == $"{scope.Project}_{DefaultNetwork}";
        if (plain || Mode(scope.Field) != Bridge) return [];
        return
        [
            .. attached.OrderBy(entry => entry.Network.FullName, StringComparer.Ordinal)
                .Select(entry => new NetworkAttachment(entry.Network.FullName, entry.Aliases)),
        ];
    }

    public static IReadOnlyList<string> ExtraHosts(Field service)
    {
        List<string> hosts = [];
        foreach ((string name, (string? address, Field field)) in service["extra_hosts"].KeyValues(MergeRule.Hosts))
        {
            if (string.IsNullOrEmpty(address) || name.Length == 0) field.Error("must be NAME:ADDRESS");
            else hosts.Add($"{name}:{address.Trim('[', ']')}");
        }
        return hosts;
    }

    public static IReadOnlyList<string> Dns(Field service)
    {
        List<string> servers = [];
        foreach (Field item in service["dns"].ItemsOrOne())
        {
            if (item.Word() is not { } text) continue;
            if (AddressText.Canonical(text) is { } address) servers.Add(address);
            else item.Error($"'{text}' is no IP address");
        }
        return servers;
    }
}
