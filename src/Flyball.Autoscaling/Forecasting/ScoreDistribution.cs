namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The rolling empirical distribution of standardised forecast errors (conformal scores): a histogram on an asinh
/// axis, fine in the middle and wide in the tails, that forgets exponentially and starts from a weak Laplace prior.
/// </summary>
internal sealed class ScoreDistribution
{
    public const int Bins = 220;

    private const double AxisStart = -4.2;
    private const double AxisStep = 0.04;
    private const double PriorScores = 20;

    // Far below where a float ends, far above where the next rescaling would be soon.
    private const double WeightMax = 1e20;

    private static readonly double[] Prior = LaplacePrior();

    private readonly float[] counts = new float[Bins];
    private readonly double growth;
    private double weight = 1;

    /// <param name="halfLife">Scores after which a score counts half.</param>
    public ScoreDistribution(double halfLife) => growth = Math.Pow(2, 1 / halfLife);

    public void Add(double score)
    {
        if (double.IsNaN(score))
            return;
        var place = Math.Clamp((Math.Asinh(score) - AxisStart) / AxisStep, 1, Bins - 2.001);
        var bin = (int)place;
        counts[bin] += (float)(weight * (1 - (place - bin)));
        counts[bin + 1] += (float)(weight * (place - bin));
        // Newer scores weigh more instead of older ones less: one addition a score instead of a sweep.
        weight *= growth;
        if (weight > WeightMax)
            Rescale();
    }

    /// <summary>The place of a score among the bins' lower edges.</summary>
    public static double Edge(double score) => (Math.Asinh(score) - AxisStart) / AxisStep + 0.5;

    /// <summary>The chance of a score above <paramref name="score"/>, falling from 1 to 0.</summary>
    public double Tail(double score)
    {
        var place = Edge(score);
        if (!(place > 0))
            return 1;
        if (place >= Bins)
            return 0;
        var bin = (int)place;
        double total = 0, above = 0, next = 0;
        for (var i = Bins - 1; i >= 0; i--)
        {
            total += Mass(i);
            if (i == bin + 1)
                next = total;
            if (i == bin)
                above = total;
        }
        return (above + (next - above) * (place - bin)) / total;
    }

    /// <summary>Writes the chance of a score above each bin's lower edge, and 0 behind the last one.</summary>
    public void FillTail(Span<double> tail)
    {
        var total = 0.0;
        tail[Bins] = 0;
        for (var i = Bins - 1; i >= 0; i--)
            tail[i] = total += Mass(i);
        foreach (ref var chance in tail)
            chance /= total;
    }

    private double Mass(int bin)
    {
        var smooth = bin is 0 or Bins - 1 ? 0 : 0.25 * counts[bin - 1] + 0.5 * counts[bin] + 0.25 * counts[bin + 1];
        return smooth + PriorScores * weight * Prior[bin];
    }

    private void Rescale()
    {
        for (var i = 0; i < Bins; i++)
            counts[i] = (float)(counts[i] / weight);
        weight = 1;
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
