namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// A fitted latency curve: latency = base + queueing × r / (1 − r) with r = throughput / saturation. The two factors
/// follow by least squares for each of a grid of saturation points, all kept up to date; the best fitting one counts.
/// </summary>
internal sealed class LatencyCurve
{
    private const int Candidates = 32;
    private const double GridFactor = 1.12;
    private const double Keep = 0.998;
    private const double WeightMin = 30;
    private const double QueueingMin = 1e-9;

    // Throughput closer to a candidate's saturation than this tells nothing about it.
    private const double LoadMax = 0.995;

    private readonly double firstSaturation;
    private readonly Fit[] fits = new Fit[Candidates];

    /// <param name="firstSaturation">Least saturation considered, requests a second of one replica.</param>
    public LatencyCurve(double firstSaturation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstSaturation, 0);
        this.firstSaturation = firstSaturation;
    }

    public void Learn(double requestsPerSecond, double latencySeconds)
    {
        if (!(requestsPerSecond >= 0) || !(latencySeconds >= 0) || !double.IsFinite(requestsPerSecond + latencySeconds))
            return;
        for (var i = 0; i < Candidates; i++)
        {
            var load = requestsPerSecond / Saturation(i);
            fits[i].Add(load / (1 - Math.Min(load, LoadMax)), latencySeconds, load > LoadMax);
        }
    }

    /// <summary>
    /// Throughput of one replica at which latency reaches <paramref name="latencySeconds"/>; null while the curve is
    /// not known or starts above it.
    /// </summary>
    public double? RequestsAt(double latencySeconds)
    {
        var best = -1;
        for (var i = 0; i < Candidates; i++)
            if (fits[i].Usable && (best < 0 || fits[i].Residual < fits[best].Residual))
                best = i;
        if (best < 0)
            return null;
        var (floor, queueing) = fits[best].Line;
        if (latencySeconds <= floor)
            return null;
        var odds = (latencySeconds - floor) / queueing;
        return Saturation(best) * odds / (1 + odds);
    }

    private double Saturation(int candidate) => firstSaturation * Math.Pow(GridFactor, candidate);

    private struct Fit
    {
        private double weight;
        private double x;
        private double y;
        private double xx;
        private double xy;
        private double yy;
        private double beyond;

        public void Add(double odds, double latency, bool saturated)
        {
            weight = weight * Keep + 1;
            x = x * Keep + odds;
            y = y * Keep + latency;
            xx = xx * Keep + odds * odds;
            xy = xy * Keep + odds * latency;
            yy = yy * Keep + latency * latency;
            beyond = beyond * Keep + (saturated ? 1 : 0);
        }

        // A candidate that was surpassed in throughput again and again is not the saturation.
        public readonly bool Usable => weight >= WeightMin && beyond < 0.01 * weight && Line.Queueing > QueueingMin;

        public readonly (double Floor, double Queueing) Line
        {
            get
            {
                var spread = xx - x * x / weight;
                var slope = spread <= 1e-12 * xx ? 0 : (xy - x * y / weight) / spread;
                return (Math.Max(0, (y - slope * x) / weight), slope);
            }
        }

        public readonly double Residual
        {
            get
            {
                var (floor, queueing) = Line;
                return (yy - 2 * (floor * y + queueing * xy) + floor * floor * weight + 2 * floor * queueing * x
                    + queueing * queueing * xx) / weight;
            }
        }
    }
}
