namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The chance of a score above each place of the axis, for one look at a distribution after the other.
/// </summary>
internal sealed class ScoreTail
{
    private readonly double[] tail = new double[ScoreDistribution.Bins + 1];
    private readonly double[] own = new double[ScoreDistribution.Bins + 1];
    private object? owner;
    private long version = -1;

    /// <summary>Whether it is still of this owner's newest state.</summary>
    public bool Is(object whose, long ofVersion) => ReferenceEquals(owner, whose) && version == ofVersion;

    /// <summary>Fills it with a blend of two distributions.</summary>
    public void Fill(object whose, long ofVersion, ScoreDistribution common, ScoreDistribution? special, double share)
    {
        (owner, version) = (whose, ofVersion);
        common.FillTail(tail);
        if (special is null)
            return;
        special.FillTail(own);
        for (var i = 0; i < tail.Length; i++)
            tail[i] += share * (own[i] - tail[i]);
    }

    /// <summary>The chance of a score above <paramref name="score"/>, falling from 1 to 0.</summary>
    public double Above(double score)
    {
        var place = ScoreDistribution.Edge(score);
        if (!(place > 0))
            return 1;
        if (place >= ScoreDistribution.Bins)
            return 0;
        var bin = (int)place;
        return tail[bin] + (tail[bin + 1] - tail[bin]) * (place - bin);
    }
}
