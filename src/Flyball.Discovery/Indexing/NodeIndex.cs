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
            : List().FirstOrDefault(node =>
                node.View.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || node.View.Id == name);

    public NodeEntry? FindByAddress(string address) => List().FirstOrDefault(node => node.View.Address == address);

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
            string name = node?.Name ?? change.Key.Name;
            bool isOwn = name == options.NodeName;
            entry = GetOrAdd(NamePrefix + name, name, "");
            entry.IsKnown = isOwn || node is not null;
            entry.View = RegisteredInstances.Of(name, node, isOwn ? options.NodeAddress : null, revision);
        }

        Volatile.Write(ref listIndex, Math.Max(listIndex, revision));
        Touch(entry, revision);
        ListChanged.Fire();
        return entry;
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

    private NodeEntry GetOrAdd(string key, string name, string address) => nodes.GetOrAdd(
        key, static (key, view) => new NodeEntry(key, view),
        new NodeView(name, address) { Id = NodeView.IdOf(name) });
}
