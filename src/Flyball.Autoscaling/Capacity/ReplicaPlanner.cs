namespace Flyball.Autoscaling.Capacity;

/// <summary>Chooses a cluster size from a demand curve.</summary>
internal static class ReplicaPlanner
{
    /// <summary>
    /// The fewest replicas that meet the objective with chance <paramref name="quantile"/> over the horizon; the
    /// largest considered when none does.
    /// </summary>
    public static int FewestFor(DemandCurve curve, double quantile)
    {
        for (var i = 0; i < curve.Count; i++)
            if (curve.Exceeds(i) <= 1 - quantile)
                return curve.Size(i);
        return curve.Size(curve.Count - 1);
    }

    /// <summary>
    /// The size at which one more replica stops paying: the least sum of replicas and of late work at its price. This
    /// is <see cref="FewestFor"/> with a quantile that follows the circumstances: high while demand is certain or
    /// large, because a replica buys much there, lower while it is wild or small.
    /// </summary>
    /// <param name="curve">The demand forecast.</param>
    /// <param name="price">Replica-seconds that one replica-second of late work is worth.</param>
    public static int Cheapest(DemandCurve curve, double price)
    {
        var lateCost = price * curve.Typical;
        var best = curve.Size(0);
        var bestCost = double.PositiveInfinity;
        for (var i = 0; i < curve.Count; i++)
        {
            var size = curve.Size(i);
            // Costs only grow from here.
            if (size > bestCost)
                break;
            var cost = size + lateCost * curve.Exceeds(i);
            if (cost < bestCost)
                (best, bestCost) = (size, cost);
        }
        return best;
    }
}
