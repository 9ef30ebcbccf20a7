namespace Flyball.Autoscaling.Deciding;

/// <summary>
/// The arithmetic of Kubernetes' HorizontalPodAutoscaler v2
/// (https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details): the
/// replicas at which a signal would be at its target. Null where the signal is not known.
/// </summary>
internal static class TargetTracking
{
    // A ratio that is whole but for rounding must not cost a replica.
    private const double RoundingSlack = 1e-9;

    /// <summary>
    /// A share of each replica's limit. Replicas without a value count as at the target when there would be fewer
    /// replicas, and as idle when there would be more; replicas that start count as idle when there would be more.
    /// Where that turns the direction, nothing changes.
    /// </summary>
    public static int? ByShare(in Usage usage, double target, double tolerance, int current)
    {
        if (usage.Measured == 0 || !double.IsFinite(usage.Sum)) return null;
        double ratio = usage.Mean / target;
        bool more = ratio > 1;
        int missing = usage.Missing, starting = more ? usage.Starting : 0;
        if (missing == 0 && starting == 0)
            return IsNear(ratio, tolerance) ? current : Ceiling(ratio * usage.Measured);
        double assumed = more ? 0 : missing * target;
        int all = usage.Measured + missing + starting;
        double adjusted = (usage.Sum + assumed) / (all * target);
        if (IsNear(adjusted, tolerance) || adjusted > 1 != more) return current;
        int wanted = Ceiling(adjusted * all);
        return more ? Math.Max(wanted, current) : Math.Min(wanted, current);
    }

    /// <summary>A sum over all replicas, of which each shall carry <paramref name="target"/>.</summary>
    public static int? BySum(double sum, double target, double tolerance, int current)
    {
        if (!(sum >= 0) || double.IsInfinity(sum)) return null;
        if (current > 0 && IsNear(sum / (target * current), tolerance)) return current;
        return Ceiling(sum / target);
    }

    /// <summary>A value that falls in proportion as there are more replicas that serve.</summary>
    public static int? ByValue(double value, double target, double tolerance, int ready, int current)
    {
        if (!(value >= 0) || double.IsInfinity(value)) return null;
        double ratio = value / target;
        // Where there is none, a first one is needed for whatever there is to do.
        if (current == 0) return Ceiling(ratio);
        if (IsNear(ratio, tolerance) || ready == 0) return current;
        return Ceiling(ratio * ready);
    }

    private static bool IsNear(double ratio, double tolerance) => Math.Abs(ratio - 1) <= tolerance + RoundingSlack;

    private static int Ceiling(double replicas) =>
        (int)Math.Min(int.MaxValue / 2, Math.Ceiling(replicas - RoundingSlack));
}
