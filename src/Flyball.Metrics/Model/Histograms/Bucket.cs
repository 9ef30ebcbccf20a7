namespace Flyball.Metrics.Model.Histograms;

/// <summary>A bucket with its bounds.</summary>
internal readonly record struct Bucket(double Lower, double Upper, double Count, bool LowerIsIn, bool UpperIsIn)
{
    /// <summary>
    /// The part of the bucket below a value within it: linear, or on a logarithmic scale, on which exponential buckets
    /// are all equally wide.
    /// </summary>
    public double FractionBelow(double value, bool isLinear)
    {
        if (isLinear) return (value - Lower) / (Upper - Lower);
        double logLower = Math.Log2(Math.Abs(Lower));
        double logUpper = Math.Log2(Math.Abs(Upper));
        double logValue = Math.Log2(Math.Abs(value));
        return value > 0
            ? (logValue - logLower) / (logUpper - logLower)
            : 1 - ((logValue - logUpper) / (logLower - logUpper));
    }
}
