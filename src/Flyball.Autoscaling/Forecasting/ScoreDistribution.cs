namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The rolling empirical distribution of standardised forecast errors (conformal scores): a histogram on an asinh
/// axis, fine in the middle and wide in the tails, that forgets exponentially and starts from a weak Laplace prior.
/// </summary>
internal sealed class ScoreDistribution
{
    private const int Bins = 220;
    private const double AxisStart = -4.2;
    private const double AxisStep = 0.04;
    private const double PriorScores = 20;
    private const int RebuildEvery = 240;
    private const int RebuildEarly = 16;

    private static readonly double[] Prior = LaplacePrior();

    private readonly double[] counts = new double[Bins];
    private readonly double[] tail = new double[Bins + 1];
    private readonly double growth;
    private double weight = 1;
    private int seen;

    /// <param name="halfLife">Scores after which a score counts half.</param>
    public ScoreDistribution(double halfLife)
    {
        growth = Math.Pow(2, 1 / halfLife);
        Rebuild();
    }

    public void Add(double score)
    {
        if (double.IsNaN(score))
            return;
        var place = Math.Clamp((Math.Asinh(score) - AxisStart) / AxisStep, 1, Bins - 2.001);
        var bin = (int)place;
        counts[bin] += weight * (1 - (place - bin));
        counts[bin + 1] += weight * (place - bin);
        // Newer scores weigh more instead of older ones less: one addition a score instead of a sweep.
        weight *= growth;
        if (weight > 1e100)
            Rescale();
        seen++;
        if (seen % (seen < RebuildEvery ? RebuildEarly : RebuildEvery) == 0)
            Rebuild();
    }

    /// <summary>The chance of a score above <paramref name="score"/>, falling from 1 to 0.</summary>
    public double Tail(double score)
    {
        var place = (Math.Asinh(score) - AxisStart) / AxisStep + 0.5;
        if (!(place > 0))
            return 1;
        if (place >= Bins)
            return 0;
        var bin = (int)place;
        return tail[bin] + (tail[bin + 1] - tail[bin]) * (place - bin);
    }

    private void Rescale()
    {
        for (var i = 0; i < Bins; i++)
            counts[i] /= weight;
        weight = 1;
    }

    private void Rebuild()
    {
        var total = 0.0;
        tail[Bins] = 0;
        for (var i = Bins - 1; i >= 0; i--)
        {
            var smooth = i is 0 or Bins - 1 ? 0 : 0.25 * counts[i - 1] + 0.5 * counts[i] + 0.25 * counts[i + 1];
            total += smooth + PriorScores * weight * Prior[i];
            tail[i] = total;
        }
        for (var i = 0; i < Bins; i++)
            tail[i] /= total;
    }

    private static double[] LaplacePrior()
    {
        var prior = new double[Bins];
        var total = 0.0;
        for (var i = 0; i < Bins; i++)
        {
            var place = AxisStart + i * AxisStep;
            prior[i] = Math.Exp(-Math.Abs(Math.Sinh(place))) * Math.Cosh(place);
            total += prior[i];
        }
        for (var i = 0; i < Bins; i++)
            prior[i] /= total;
        return prior;
    }
}
