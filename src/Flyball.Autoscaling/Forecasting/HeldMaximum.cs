namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// <see cref="SlidingMaximum"/> for numbers of replicas: each workload has dozens of these, so an entry is eight bytes.
/// </summary>
internal sealed class HeldMaximum
{
    private const int FirstCapacity = 4;

    private readonly int window;
    private (int Index, int Value)[] ring = [];
    private int index;
    private int head;
    private int count;

    /// <param name="window">How many of the newest values count, at least one.</param>
    public HeldMaximum(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        this.window = window;
    }

    /// <summary>Takes the next value in and answers the maximum of the window that ends with it.</summary>
    public int Push(int value)
    {
        if (window == 1)
            return value;
        while (count > 0 && ring[(head + count - 1) % ring.Length].Value <= value)
            count--;
        if (count > 0 && ring[head].Index <= index - window)
        {
            head = (head + 1) % ring.Length;
            count--;
        }
        if (count == ring.Length)
            Grow();
        ring[(head + count) % ring.Length] = (index, value);
        count++;
        index++;
        return ring[head].Value;
    }

    private void Grow()
    {
        var grown = new (int, int)[Math.Min(window, Math.Max(FirstCapacity, 2 * ring.Length))];
        for (var i = 0; i < count; i++)
            grown[i] = ring[(head + i) % ring.Length];
        (ring, head) = (grown, 0);
    }
}
