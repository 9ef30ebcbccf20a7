using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Scheduling.Placement;

namespace Flyball.Scheduling.Reconciling;

/// <summary>A node and what is set aside on it.</summary>
internal sealed record NodeView(Resource<Node> Resource, NodeUsage Usage)
{
    public Node Node => Resource.Value;
}
