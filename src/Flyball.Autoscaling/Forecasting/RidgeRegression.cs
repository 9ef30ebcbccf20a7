namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Least squares with a ridge and exponential forgetting for several targets that share their features. Sums grow with
/// each example; the weights are solved for once a block, because recursive least squares winds up when the features
/// stop moving.
/// </summary>
internal sealed class RidgeRegression
{
    private readonly int features;
    private readonly int targets;
    private readonly int block;
    private readonly double keep;
    private readonly double ridge;
    private readonly ForecastScratch scratch;

    // The lower triangle, row by row.
    private readonly double[] gram;
    private readonly double[] moments;
    private readonly double[] weights;
    private int inBlock;

    /// <param name="features">Number of features, a constant one among them.</param>
    /// <param name="targets">Number of targets learnt at once.</param>
    /// <param name="block">Examples between two solutions.</param>
    /// <param name="halfLifeBlocks">Blocks after which an example counts half.</param>
    /// <param name="ridge">Shrinkage, relative to each feature's own power.</param>
    /// <param name="scratch">May be shared with others of one thread.</param>
    public RidgeRegression(
        int features, int targets, int block, double halfLifeBlocks, double ridge, ForecastScratch? scratch = null)
    {
        this.features = features;
        this.targets = targets;
        this.block = block;
        this.ridge = ridge;
        this.scratch = scratch ?? new ForecastScratch();
        keep = Math.Pow(0.5, 1 / halfLifeBlocks);
        gram = new double[Row(features)];
        moments = new double[targets * features];
        weights = new double[targets * features];
    }

    /// <summary>Whether the weights have been solved for at least once.</summary>
    public bool Ready { get; private set; }

    /// <summary>Takes one example in. Examples with a value that is not finite are left out.</summary>
    public void Add(ReadOnlySpan<double> example, ReadOnlySpan<double> outcomes)
    {
        if (!AllFinite(example) || !AllFinite(outcomes))
            return;
        if (inBlock == 0)
            Forget();
        for (var i = 0; i < features; i++)
        {
            var value = example[i];
            var row = gram.AsSpan(Row(i), i + 1);
            for (var j = 0; j < row.Length; j++)
                row[j] += value * example[j];
            for (var k = 0; k < targets; k++)
                moments[k * features + i] += value * outcomes[k];
        }
        if (++inBlock >= block)
            Solve();
    }

    public double Predict(ReadOnlySpan<double> example, int target)
    {
        var sum = 0.0;
        var row = weights.AsSpan(target * features, features);
        for (var i = 0; i < row.Length; i++)
            sum += example[i] * row[i];
        return sum;
    }

    private void Forget()
    {
        foreach (ref var sum in gram.AsSpan())
            sum *= keep;
        foreach (ref var sum in moments.AsSpan())
            sum *= keep;
    }

    private void Solve()
    {
        inBlock = 0;
        var (factor, column) = scratch.Linear(features);
        Factorise(factor);
        for (var k = 0; k < targets; k++)
            Substitute(
                factor, column, moments.AsSpan(k * features, features), weights.AsSpan(k * features, features));
        Ready = true;
    }

    // Cholesky of the sums with the ridge on the diagonal, lower triangle.
    private void Factorise(double[] factor)
    {
        for (var i = 0; i < features; i++)
            for (var j = 0; j <= i; j++)
            {
                int left = Row(i), right = Row(j);
                var sum = gram[left + j];
                if (i == j)
                    sum += ridge * (1 + gram[left + i]);
                for (var k = 0; k < j; k++)
                    sum -= factor[left + k] * factor[right + k];
                factor[left + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / factor[right + j];
            }
    }

    private void Substitute(double[] factor, double[] column, Span<double> right, Span<double> solution)
    {
        for (var i = 0; i < features; i++)
        {
            var sum = right[i];
            for (var k = 0; k < i; k++)
                sum -= factor[Row(i) + k] * column[k];
            column[i] = sum / factor[Row(i) + i];
        }
        for (var i = features - 1; i >= 0; i--)
        {
            var sum = column[i];
            for (var k = i + 1; k < features; k++)
                sum -= factor[Row(k) + i] * solution[k];
            solution[i] = sum / factor[Row(i) + i];
        }
    }

    private static int Row(int row) => row * (row + 1) / 2;

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }
}
