namespace Flyball.Autoscaling.Backtesting.Manifests;

/// <summary>The mean of the last values, as rates over a window are.</summary>
internal sealed class SignalWindow(int length)
{
    private readonly double[] ring = new double[Math.Max(1, length)];
    private int seen;

    /// <summary>Takes a value in and answers the mean.</summary>
    public double Push(double value)
    {
        ring[seen++ % ring.Length] = value;
        var known = ring.AsSpan(0, Math.Min(seen, ring.Length));
        var sum = 0.0;
        foreach (var one in known)
            sum += one;
        return sum / known.Length;
    }
}
