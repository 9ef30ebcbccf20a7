using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Placement;

/// <summary>
/// The usage of every node during one pass: the observed one plus what the pass has placed so far, so that two
/// workloads of a pass never take the same room. Nothing is given back within a pass: what stops still runs.
/// </summary>
internal sealed class CapacityBook(ClusterView cluster)
{
    private readonly Dictionary<string, NodeUsage> changed = new(StringComparer.Ordinal);

    public PlacementResult Choose(PlacementRequest request) => Placer.Choose(request, cluster.Nodes, UsageOf);

    /// <summary>As if the claims that <paramref name="leaves"/> names were gone.</summary>
    public PlacementResult ChooseWithout(PlacementRequest request, Func<Claim, bool> leaves) =>
        Placer.Choose(request, cluster.Nodes, node => UsageOf(node).Without(leaves));

    public void Add(NodeView node, Claim claim)
    {
        if (!changed.TryGetValue(node.Node.Id, out NodeUsage? usage))
        {
            usage = node.Usage.Copy();
            changed.Add(node.Node.Id, usage);
        }

        usage.Add(claim);
    }

    private NodeUsage UsageOf(NodeView node) =>
        changed.TryGetValue(node.Node.Id, out NodeUsage? usage) ? usage : node.Usage;
}
