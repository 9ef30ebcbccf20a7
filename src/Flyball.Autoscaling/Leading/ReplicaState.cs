namespace Flyball.Autoscaling.Leading;

/// <summary>A replica that is wanted, as the store has it.</summary>
/// <param name="Allocation">Its id.</param>
/// <param name="Node">Where it runs, by the name that the node's own metrics carry.</param>
/// <param name="PlacedUnixMs">When it was decided.</param>
/// <param name="ServesSinceUnixMs">When it became healthy; null while it does not serve.</param>
internal readonly record struct ReplicaState(
    string Allocation, string Node, long PlacedUnixMs, long? ServesSinceUnixMs);
