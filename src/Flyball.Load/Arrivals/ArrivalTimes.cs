namespace Flyball.Load.Arrivals;

/// <summary>
/// When each request is due: evenly along the curve, or at random as independent users come (a Poisson process of that
/// rate). Nothing that a server does moves them.
/// </summary>
internal sealed class ArrivalTimes(RateCurve curve, Random? poisson)
{
    private double count;
    private int cursor;

    /// <summary>Seconds since the start; infinite when all have been.</summary>
    public double Next()
    {
        // The even ones stand in the middle of their share, so that a duration holds rate × duration of them.
        count += poisson is null ? count == 0 ? 0.5 : 1 : -Math.Log(1 - poisson.NextDouble());
        return curve.TimeOf(count, ref cursor);
    }
}
