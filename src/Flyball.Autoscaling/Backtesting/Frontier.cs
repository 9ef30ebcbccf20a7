namespace Flyball.Autoscaling.Backtesting;

/// <summary>
/// Compares families of policies: the points of a family that no other point of it beats on both hours and violation,
/// read at a given violation by interpolating the violation's logarithm.
/// </summary>
internal static class Frontier
{
    // A point without any violation still needs a place on the logarithmic axis.
    private const double ViolationFloorPercent = 1e-4;

    /// <summary>
    /// Hours as a multiple of the bound at <paramref name="violationPercent"/> or less, or null where the family never
    /// violates as little.
    /// </summary>
    public static double? TimesBoundAt(
        IEnumerable<(double TimesBound, double ViolationPercent)> points, double violationPercent)
    {
        var edge = LowerLeft(points);
        var wanted = Math.Log(violationPercent);
        if (edge.Count == 0 || edge[^1].Log > wanted)
            return null;
        if (edge[0].Log <= wanted)
            return edge[0].Hours;
        for (var i = 1; i < edge.Count; i++)
        {
            if (edge[i].Log > wanted)
                continue;
            var (left, right) = (edge[i - 1], edge[i]);
            return left.Hours + (right.Hours - left.Hours) * (left.Log - wanted) / (left.Log - right.Log);
        }
        return edge[^1].Hours;
    }

    // From few hours and much violation to many hours and little, strictly falling.
    private static List<(double Hours, double Log)> LowerLeft(
        IEnumerable<(double TimesBound, double ViolationPercent)> points)
    {
        List<(double Hours, double Log)> edge = [];
        var sorted = points
            .Select(p => (Hours: p.TimesBound, Log: Math.Log(Math.Max(p.ViolationPercent, ViolationFloorPercent))))
            .OrderBy(p => p.Hours).ThenBy(p => p.Log);
        foreach (var point in sorted)
            if (edge.Count == 0 || point.Log < edge[^1].Log)
                edge.Add(point);
        return edge;
    }
}
