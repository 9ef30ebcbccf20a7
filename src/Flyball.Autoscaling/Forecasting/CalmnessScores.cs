namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Score distributions apart for calm, usual and wild times (thirds of the error scale, learnt online), each blended
/// with the common one: the shape of the tail differs between them even after scaling.
/// </summary>
internal sealed class CalmnessScores
{
    private const double OwnShare = 0.8;

    private readonly ScoreDistribution common;
    private readonly ScoreDistribution[] own;
    private readonly double rate;
    private readonly int ownAfter;
    private double lowerThird = double.NaN;
    private double upperThird = double.NaN;
    private int seen;
    private long version;

    /// <param name="dayTicks">Ticks a day; a class counts on its own after one day.</param>
    /// <param name="halfLifeDays">Days after which a score counts half.</param>
    public CalmnessScores(int dayTicks, double halfLifeDays)
    {
        common = new ScoreDistribution(dayTicks * halfLifeDays);
        own = [new(dayTicks * halfLifeDays), new(dayTicks * halfLifeDays), new(dayTicks * halfLifeDays)];
        rate = 2.0 / dayTicks;
        ownAfter = dayTicks;
    }

    /// <summary>Takes in the scale of a new forecast, so that the thirds follow it.</summary>
    public void Watch(double logScale)
    {
        if (double.IsNaN(lowerThird))
            lowerThird = upperThird = logScale;
        // Stochastic approximation of the two quantiles.
        lowerThird += rate * (logScale > lowerThird ? 1.0 / 3 : -2.0 / 3);
        upperThird += rate * (logScale > upperThird ? 2.0 / 3 : -1.0 / 3);
        seen++;
        version++;
    }

    public void Add(double score, double logScale)
    {
        version++;
        common.Add(score);
        own[ClassOf(logScale)].Add(score);
    }

    /// <summary>The class, 0 calm to 2 wild, of a forecast with this scale.</summary>
    public int ClassOf(double logScale) => logScale < lowerThird ? 0 : logScale < upperThird ? 1 : 2;

    /// <summary>The chance of a score above <paramref name="score"/> in class <paramref name="calmness"/>.</summary>
    public double Tail(double score, int calmness)
    {
        var shared = common.Tail(score);
        return seen <= ownAfter ? shared : shared + OwnShare * (own[calmness].Tail(score) - shared);
    }

    /// <summary>The same for every score at once, in a table that others use too.</summary>
    public ScoreTail Tail(int calmness, ScoreTail table)
    {
        if (!table.Is(this, version))
            table.Fill(this, version, common, seen <= ownAfter ? null : own[calmness], OwnShare);
        return table;
    }
}
