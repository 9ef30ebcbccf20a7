namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Least squares with a ridge and exponential forgetting for several targets that share their features. Sums grow with
/// each example; the weights are solved for once a block, because recursive least squares winds up when the features
/// stop moving.
/// </summary>
internal sealed class RidgeRegression
{
    private readonly int features;
    private readonly int block;
    private readonly double keep;
    private readonly double ridge;
    private readonly double[] gram;
    private readonly double[] freshGram;
    private readonly double[] factor;
    private readonly double[][] moment;
    private readonly double[][] freshMoment;
    private readonly double[][] weights;
    private readonly double[] scratch;
    private int fresh;

    /// <param name="features">Number of features, a constant one among them.</param>
    /// <param name="targets">Number of targets learnt at once.</param>
    /// <param name="block">Examples between two solutions.</param>
    /// <param name="halfLifeBlocks">Blocks after which an example counts half.</param>
    /// <param name="ridge">Shrinkage, relative to each feature's own power.</param>
    public RidgeRegression(int features, int targets, int block, double halfLifeBlocks, double ridge)
    {
        this.features = features;
        this.block = block;
        this.ridge = ridge;
        keep = Math.Pow(0.5, 1 / halfLifeBlocks);
        gram = new double[features * features];
        freshGram = new double[features * features];
        factor = new double[features * features];
        scratch = new double[features];
        moment = Rows(targets, features);
        freshMoment = Rows(targets, features);
        weights = Rows(targets, features);
    }

    /// <summary>Whether the weights have been solved for at least once.</summary>
    public bool Ready { get; private set; }

    /// <summary>Takes one example in. Examples with a value that is not finite are left out.</summary>
    public void Add(ReadOnlySpan<double> example, ReadOnlySpan<double> targets)
    {
        if (!AllFinite(example) || !AllFinite(targets))
            return;
        for (var i = 0; i < features; i++)
        {
            var value = example[i];
            var row = freshGram.AsSpan(i * features, i + 1);
            for (var j = 0; j < row.Length; j++)
                row[j] += value * example[j];
            for (var k = 0; k < freshMoment.Length; k++)
                freshMoment[k][i] += value * targets[k];
        }
        if (++fresh >= block)
            Solve();
    }

    public double Predict(ReadOnlySpan<double> example, int target)
    {
        var sum = 0.0;
        var row = weights[target];
        for (var i = 0; i < features; i++)
            sum += example[i] * row[i];
        return sum;
    }

    private void Solve()
    {
        fresh = 0;
        Fold(gram, freshGram);
        for (var k = 0; k < moment.Length; k++)
            Fold(moment[k], freshMoment[k]);
        Factorise();
        for (var k = 0; k < moment.Length; k++)
            Substitute(moment[k], weights[k]);
        Ready = true;
    }

    private void Fold(double[] total, double[] part)
    {
        for (var i = 0; i < total.Length; i++)
        {
            total[i] = total[i] * keep + part[i];
            part[i] = 0;
        }
    }

    // Cholesky of the sums with the ridge on the diagonal, lower triangle.
    private void Factorise()
    {
        for (var i = 0; i < features; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = gram[i * features + j];
                if (i == j)
                    sum += ridge * (1 + gram[i * features + i]);
                for (var k = 0; k < j; k++)
                    sum -= factor[i * features + k] * factor[j * features + k];
                factor[i * features + j] =
                    i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / factor[j * features + j];
            }
    }

    private void Substitute(double[] right, double[] solution)
    {
        for (var i = 0; i < features; i++)
        {
            var sum = right[i];
            for (var k = 0; k < i; k++)
                sum -= factor[i * features + k] * scratch[k];
            scratch[i] = sum / factor[i * features + i];
        }
        for (var i = features - 1; i >= 0; i--)
        {
            var sum = scratch[i];
            for (var k = i + 1; k < features; k++)
                sum -= factor[k * features + i] * solution[k];
            solution[i] = sum / factor[i * features + i];
        }
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }

    private static double[][] Rows(int rows, int columns)
    {
        var result = new double[rows][];
        for (var i = 0; i < rows; i++)
            result[i] = new double[columns];
        return result;
    }
}
