namespace Flyball.Autoscaling.Backtesting;

/// <summary>
/// Compares families of policies: the lower-left hull of (replica-hours, log violation) over a family's knob, read at
/// a given violation.
/// </summary>
internal static class Frontier
{
    // A point without any violation still needs a place on the logarithmic axis.
    private const double ViolationFloorPercent = 1e-4;

    /// <summary>
    /// Hours as a multiple of the bound at <paramref name="violationPercent"/>, or null where the family does not
    /// get there.
    /// </summary>
    public static double? TimesBoundAt(
        IEnumerable<(double TimesBound, double ViolationPercent)> points, double violationPercent)
    {
        var hull = Hull(points);
        var wanted = Math.Log(violationPercent);
        if (hull.Count == 0 || hull[0].Log < wanted || hull[^1].Log > wanted)
            return null;
        for (var i = 1; i < hull.Count; i++)
        {
            if (hull[i].Log > wanted)
                continue;
            var (left, right) = (hull[i - 1], hull[i]);
            return left.Log - right.Log < 1e-12
                ? right.Hours
                : left.Hours + (right.Hours - left.Hours) * (left.Log - wanted) / (left.Log - right.Log);
        }
        return hull[0].Hours;
    }

    // From few hours and much violation to many hours and little, convex from below.
    private static List<(double Hours, double Log)> Hull(IEnumerable<(double TimesBound, double ViolationPercent)> points)
    {
        List<(double Hours, double Log)> hull = [];
        var sorted = points
            .Select(p => (Hours: p.TimesBound, Log: Math.Log(Math.Max(p.ViolationPercent, ViolationFloorPercent))))
            .OrderBy(p => p.Hours).ThenBy(p => p.Log);
        foreach (var point in sorted)
        {
            if (hull.Count > 0 && point.Log >= hull[^1].Log)
                continue;
            while (hull.Count > 1 && Cross(hull[^2], hull[^1], point) <= 0)
                hull.RemoveAt(hull.Count - 1);
            hull.Add(point);
        }
        return hull;
    }

    private static double Cross((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) =>
        (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
}
