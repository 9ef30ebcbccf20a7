namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The maximum of the last values in a window, in amortised constant time (a monotonic queue). Holds only values that
/// may still become the maximum, usually a few.
/// </summary>
internal sealed class SlidingMaximum
{
    private const int FirstCapacity = 4;

    private readonly int window;
    private int[] indexes = [];
    private double[] values = [];
    private int index;
    private int head;
    private int count;

    /// <param name="window">How many of the newest values count, at least one.</param>
    public SlidingMaximum(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        this.window = window;
    }

    /// <summary>The maximum of the window; NaN before the first value.</summary>
    public double Current => count == 0 ? double.NaN : values[head];

    /// <summary>Takes the next value in and answers the maximum of the window that ends with it.</summary>
    public double Push(double value)
    {
        while (count > 0 && values[(head + count - 1) % values.Length] <= value)
            count--;
        if (count > 0 && indexes[head] <= index - window)
        {
            head = (head + 1) % values.Length;
            count--;
        }
        if (count == values.Length)
            Grow();
        var slot = (head + count) % values.Length;
        (indexes[slot], values[slot]) = (index, value);
        count++;
        index++;
        return values[head];
    }

    // Never more than the window: whatever is older has been dropped.
    private void Grow()
    {
        var capacity = Math.Min(window, Math.Max(FirstCapacity, 2 * values.Length));
        var (grownIndexes, grownValues) = (new int[capacity], new double[capacity]);
        for (var i = 0; i < count; i++)
        {
            var slot = (head + i) % values.Length;
            (grownIndexes[i], grownValues[i]) = (indexes[slot], values[slot]);
        }
        (indexes, values, head) = (grownIndexes, grownValues, 0);
    }
}
