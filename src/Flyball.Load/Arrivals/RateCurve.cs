namespace Flyball.Load.Arrivals;

/// <summary>
/// How many requests a second are due over time: straight lines between points, and jumps where two points share a
/// time.
/// </summary>
internal sealed class RateCurve
{
    // A sine of so many straight pieces differs from a true one by less than 0.1 %.
    private const int PiecesPerPeriod = 128;

    private readonly RateKnot[] knots;
    private readonly double[] countUpTo;

    /// <param name="knots">In the order of time, from 0 on; at least two.</param>
    private RateCurve(RateKnot[] knots)
    {
        this.knots = knots;
        countUpTo = new double[knots.Length];
        for (int i = 1; i < knots.Length; i++)
            countUpTo[i] = countUpTo[i - 1]
                + (knots[i].Seconds - knots[i - 1].Seconds) * (knots[i].PerSecond + knots[i - 1].PerSecond) / 2;
    }

    public TimeSpan Duration => TimeSpan.FromSeconds(knots[^1].Seconds);

    /// <summary>Requests due over all of it.</summary>
    public double Count => countUpTo[^1];

    public double PeakPerSecond => knots.Max(knot => knot.PerSecond);

    public static RateCurve Constant(double perSecond, TimeSpan duration) =>
        Ramp(perSecond, perSecond, duration);

    public static RateCurve Ramp(double from, double to, TimeSpan duration) =>
        new([new RateKnot(0, from), new RateKnot(duration.TotalSeconds, to)]);

    /// <summary>Levels of equal length, one after the other.</summary>
    public static RateCurve Steps(IReadOnlyList<double> levels, TimeSpan duration)
    {
        double length = duration.TotalSeconds / levels.Count;
        return new RateCurve(
        [
            .. levels.SelectMany((level, i) => new[]
            {
                new RateKnot(i * length, level), new RateKnot((i + 1) * length, level),
            }),
        ]);
    }

    /// <summary>Waves between two rates; they begin at the lower one.</summary>
    public static RateCurve Sine(double low, double high, TimeSpan period, TimeSpan duration)
    {
        int pieces = Math.Max(2, (int)Math.Ceiling(PiecesPerPeriod * (duration / period)));
        return new RateCurve([.. Enumerable.Range(0, pieces + 1).Select(i =>
        {
            double seconds = duration.TotalSeconds * i / pieces;
            double height = (1 - Math.Cos(2 * Math.PI * seconds / period.TotalSeconds)) / 2;
            return new RateKnot(seconds, low + (high - low) * height);
        })]);
    }

    /// <summary>
    /// A recorded load, squeezed or stretched to a duration and scaled so that its highest value is the peak; straight
    /// through the centres of its steps.
    /// </summary>
    public static RateCurve Recorded(IReadOnlyList<double> values, double peakPerSecond, TimeSpan duration)
    {
        double step = duration.TotalSeconds / values.Count, scale = peakPerSecond / values.Max();
        return new RateCurve(
        [
            new RateKnot(0, values[0] * scale),
            .. values.Select((value, i) => new RateKnot((i + 0.5) * step, value * scale)),
            new RateKnot(duration.TotalSeconds, values[^1] * scale),
        ]);
    }

    /// <summary>
    /// When so many requests have become due, in seconds; infinite beyond <see cref="Count"/>. Calls with growing
    /// counts pass the same cursor, so that each costs next to nothing.
    /// </summary>
    public double TimeOf(double count, ref int cursor)
    {
        if (count >= Count) return double.PositiveInfinity;
        while (countUpTo[cursor + 1] <= count) cursor++;
        RateKnot left = knots[cursor], right = knots[cursor + 1];
        double rest = count - countUpTo[cursor];
        double slope = (right.PerSecond - left.PerSecond) / (right.Seconds - left.Seconds);

        // The root of rate·t + slope·t²/2 = rest in the form that neither cancels nor divides by a slope of zero.
        double root = Math.Sqrt(Math.Max(0, left.PerSecond * left.PerSecond + 2 * slope * rest));
        return left.Seconds + (rest > 0 ? 2 * rest / (left.PerSecond + root) : 0);
    }
}
