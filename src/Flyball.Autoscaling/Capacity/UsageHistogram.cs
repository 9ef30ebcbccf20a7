namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// A decaying histogram of resource usage on a geometric axis (5 % a bucket), as Autopilot and Kubernetes' vertical
/// recommender use: yesterday's usage counts less than today's.
/// </summary>
internal sealed class UsageHistogram
{
    private const int Buckets = 400;
    private const double Growth = 1.05;
    private const double WeightLimit = 1e100;

    private readonly double[] counts = new double[Buckets];
    private readonly double first;
    private readonly double growth;
    private double weight = 1;
    private double total;

    /// <param name="first">Upper bound of the first bucket, in the resource's unit.</param>
    /// <param name="halfLifeSamples">Samples after which one counts half.</param>
    public UsageHistogram(double first, double halfLifeSamples)
    {
        this.first = first;
        growth = Math.Pow(2, 1 / halfLifeSamples);
    }

    public bool Empty => total <= 0;

    public void Add(double usage)
    {
        if (!(usage >= 0) || double.IsInfinity(usage))
            return;
        var bucket = usage <= first ? 0 : (int)Math.Ceiling(Math.Log(usage / first) / Math.Log(Growth) - 1e-9);
        counts[Math.Min(bucket, Buckets - 1)] += weight;
        total += weight;
        weight *= growth;
        if (weight > WeightLimit)
            Rescale();
    }

    /// <summary>The upper bound of the bucket that holds the quantile; 0 when nothing was seen.</summary>
    public double Quantile(double quantile)
    {
        if (Empty)
            return 0;
        var left = quantile * total;
        for (var i = 0; i < Buckets; i++)
        {
            left -= counts[i];
            if (left <= 1e-12 * total)
                return first * Math.Pow(Growth, i);
        }
        return first * Math.Pow(Growth, Buckets - 1);
    }

    private void Rescale()
    {
        for (var i = 0; i < Buckets; i++)
            counts[i] /= weight;
        total /= weight;
        weight = 1;
    }
}
