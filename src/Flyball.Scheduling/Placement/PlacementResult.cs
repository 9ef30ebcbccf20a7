using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Placement;

/// <summary>
/// Where to run an allocation and why there; or, without a node, why nowhere. <see cref="OnlyPorts"/>: a node would do
/// but for a fixed port that is taken.
/// </summary>
internal readonly record struct PlacementResult(NodeView? Node, string Reason, int Candidates, bool OnlyPorts);
