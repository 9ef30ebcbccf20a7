using System.Collections.Concurrent;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>
/// The nodes: this server's own, the machines with an agent, and those that clients registered. An instance may come
/// before its node: then the node is only mentioned and not listed.
/// </summary>
internal sealed class NodeIndex
{
    private const string AgentPrefix = "id:";

    /// <summary>Begins the keys of those that are known by name.</summary>
    public const string NamePrefix = "name:";

    private readonly ConcurrentDictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
    private readonly DiscoveryOptions options;
    private long listIndex = 1;
    private long floor = 1;

    public NodeIndex(DiscoveryOptions options)
    {
        this.options = options;
        string key = NamePrefix + options.NodeName;
        nodes[key] = new NodeEntry(
            key, RegisteredInstances.Of(options.NodeName, null, options.NodeAddress, 1)) { IsKnown = true, Index = 1 };
    }

    /// <summary>No index is below it.</summary>
    public void Begin(long from)
    {
        floor = from;
        Volatile.Write(ref listIndex, Math.Max(listIndex, from));
        Touch(Own, from);
    }

    /// <summary>The last change of which nodes there are, and of what is told of one.</summary>
    public long ListIndex => Volatile.Read(ref listIndex);

    public ChangeSignal ListChanged { get; } = new();

    public NodeEntry Own => nodes[NamePrefix + options.NodeName];

    /// <summary>Every known node once, by name; of two with one name the registered one.</summary>
    public IReadOnlyList<NodeEntry> List() =>
    [
        .. nodes.Values.Where(node => node.IsKnown)
            .OrderBy(node => node.View.Name, StringComparer.Ordinal)
                .ThenByDescending(node => node.Key, StringComparer.Ordinal)
            .DistinctBy(node => node.View.Name, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>By name, or by its UUID.</summary>
    public NodeEntry? Find(string name) =>
        nodes.GetValueOrDefault(NamePrefix + name) is { IsKnown: true } exact ? exact
            : First(node => node.View.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || node.View.Id == name);

    public NodeEntry? FindById(string id) => First(node => node.View.Id == id);

    public NodeEntry? FindByAddress(string address) => First(node => node.View.Address == address);

    /// <summary>The node that changed.</summary>
    public NodeEntry Apply(ResourceChange change)
    {
        NodeEntry entry;
        long revision = change.Revision.Value;
        if (change.Key.Kind == Kinds.Node.Name)
        {
            entry = GetOrAdd(AgentPrefix + change.Key.Name, change.Key.Name, "");
            Node? node = change.Current?.Decode(Kinds.Node);
            entry.IsKnown = node is not null;
            if (node is not null) entry.View = RegisteredInstances.Of(node, revision);
        }
        else
        {
            NodeRegistration? node =
                change.Current is { } current ? RegistrationKinds.Node.Decode(current.Value.Span) : null;
            string name = node?.Name ?? NameOfRow(change.Key.Name);
            bool isOwn = name == options.NodeName;
            entry = GetOrAdd(NamePrefix + name, name, "");
            entry.IsKnown = isOwn || node is not null;
            entry.View = RegisteredInstances.Of(name, node, isOwn ? options.NodeAddress : null, revision);
        }

        Volatile.Write(ref listIndex, Math.Max(listIndex, revision));
        Touch(entry, revision);
        ListChanged.Fire();
        Forget(entry);
        return entry;
    }

    /// <summary>An instance moved from one node to another; null where it came, or went.</summary>
    public void Moved(NodeEntry? from, NodeEntry? to)
    {
        if (from == to) return;
        if (to is not null) to.InstanceCount++;
        if (from is null) return;
        from.InstanceCount--;
        Forget(from);
    }

    public NodeEntry OfRegistration(string name) => GetOrAdd(NamePrefix + name, name, "");

    public NodeEntry OfAllocation(string id, string address) => GetOrAdd(AgentPrefix + id, id, address);

    public void Touch(NodeEntry node, long revision)
    {
        node.Index = Math.Max(Math.Max(node.Index, revision), floor);
        node.Changed.Fire();
    }

    public IReadOnlyList<string> Rows(string kind)
    {
        string prefix = kind == Kinds.Node.Name ? AgentPrefix : NamePrefix;
        return [.. nodes.Values.Where(node => node.IsKnown && node.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(node => RegistrationKinds.NameOf(node.Key[prefix.Length..]))];
    }

    /// <summary>The first by name, of two with one name the registered one, without ordering all.</summary>
    private NodeEntry? First(Func<NodeEntry, bool> holds)
    {
        NodeEntry? first = null;
        foreach (NodeEntry node in nodes.Values)
        {
            if (!node.IsKnown || !holds(node)) continue;
            int order = first is null ? -1 : string.CompareOrdinal(node.View.Name, first.View.Name);
            if (order < 0 || (order == 0 && string.CompareOrdinal(node.Key, first!.Key) > 0)) first = node;
        }

        return first;
    }

    /// <summary>A row that is named by a digest does not say whose it was.</summary>
    private string NameOfRow(string row) => row[0] != RegistrationKinds.DigestMark ? row
        : nodes.Values.Where(node => node.IsKnown && node.Key.StartsWith(NamePrefix, StringComparison.Ordinal))
            .Select(node => node.Key[NamePrefix.Length..])
            .FirstOrDefault(name => RegistrationKinds.NameOf(name) == row) ?? row;

    /// <summary>Clients name nodes as they like: one that is gone and that nothing is on is not kept.</summary>
    private void Forget(NodeEntry node)
    {
        if (!node.IsKnown && node.InstanceCount == 0) nodes.TryRemove(node.Key, out _);
    }

    private NodeEntry GetOrAdd(string key, string name, string address) => nodes.GetOrAdd(
        key, static (key, view) => new NodeEntry(key, view),
        new NodeView(name, address) { Id = NodeView.IdOf(name) });
}
