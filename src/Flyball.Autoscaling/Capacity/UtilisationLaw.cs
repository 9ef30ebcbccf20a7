namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// The utilisation law, learnt online: CPU = idle + demand × throughput, by least squares with forgetting. Its inverse
/// is the throughput a replica reaches at a utilisation.
/// </summary>
internal sealed class UtilisationLaw
{
    private const double Keep = 0.998;
    private const double WeightMin = 20;
    private const double SpreadMin = 0.02;

    private double weight;
    private double sumX;
    private double sumY;
    private double sumXX;
    private double sumXY;

    public void Learn(double requestsPerSecond, double utilisation)
    {
        if (!(requestsPerSecond >= 0) || !(utilisation >= 0) || !double.IsFinite(requestsPerSecond + utilisation))
            return;
        weight = weight * Keep + 1;
        sumX = sumX * Keep + requestsPerSecond;
        sumY = sumY * Keep + utilisation;
        sumXX = sumXX * Keep + requestsPerSecond * requestsPerSecond;
        sumXY = sumXY * Keep + requestsPerSecond * utilisation;
    }

    /// <summary>
    /// Throughput of one replica at <paramref name="utilisation"/>; null while too little, or too little different
    /// load, was seen.
    /// </summary>
    public double? RequestsAt(double utilisation)
    {
        if (weight < WeightMin || sumX <= 0)
            return null;
        double meanX = sumX / weight, meanY = sumY / weight;
        var spread = sumXX / weight - meanX * meanX;
        // With one load level only, a line through the origin is all that can be told.
        var demand = Math.Sqrt(Math.Max(0, spread)) < SpreadMin * meanX
            ? meanY / meanX
            : (sumXY / weight - meanX * meanY) / spread;
        var idle = Math.Max(0, meanY - demand * meanX);
        if (demand <= 0 || utilisation <= idle)
            return null;
        return (utilisation - idle) / demand;
    }
}
