namespace Flyball.Autoscaling.Forecasting;

/// <summary>The maximum of the last values in a window, in amortised constant time (a monotonic queue).</summary>
internal sealed class SlidingMaximum
{
    private readonly int window;
    private readonly (long Index, double Value)[] ring;
    private long index;
    private int head;
    private int count;

    /// <param name="window">How many of the newest values count, at least one.</param>
    public SlidingMaximum(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        this.window = window;
        ring = new (long, double)[window + 1];
    }

    /// <summary>The maximum of the window; NaN before the first value.</summary>
    public double Current => count == 0 ? double.NaN : ring[head].Value;

    /// <summary>Takes the next value in and answers the maximum of the window that ends with it.</summary>
    public double Push(double value)
    {
        while (count > 0 && ring[(head + count - 1) % ring.Length].Value <= value)
            count--;
        ring[(head + count) % ring.Length] = (index, value);
        count++;
        if (ring[head].Index <= index - window)
        {
            head = (head + 1) % ring.Length;
            count--;
        }
        index++;
        return ring[head].Value;
    }
}
