namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The time that a window's samples cover, and how far it may be extrapolated; all in seconds.</summary>
internal struct SampleSpan
{
    private readonly long rangeStartMs;
    private readonly long firstMs;
    private readonly long lastMs;
    private readonly double spacing;
    private readonly double toEnd;
    private double toStart;

    public SampleSpan(ReadOnlySpan<long> times, long rangeStartMs, long rangeEndMs)
    {
        this.rangeStartMs = rangeStartMs;
        firstMs = times[0];
        lastMs = times[^1];
        toStart = (firstMs - rangeStartMs) / 1000.0;
        toEnd = (rangeEndMs - lastMs) / 1000.0;
        Seconds = (lastMs - firstMs) / 1000.0;
        spacing = times.Length > 1 ? Seconds / (times.Length - 1) : 0;
    }

    /// <summary>From the first sample to the last.</summary>
    public double Seconds { get; private set; }

    /// <summary>Whether the counter is known to have started between the range's start and the first sample.</summary>
    public readonly bool StartsWithin(ReadOnlySpan<long> starts) =>
        starts.Length > 0 && starts[0] != 0 && starts[0] > rangeStartMs && starts[0] < firstMs;

    /// <summary>The counter started here, at zero: nothing to extrapolate at this end.</summary>
    public void BeginAt(long startMs)
    {
        toStart = 0;
        Seconds = (lastMs - startMs) / 1000.0;
    }

    /// <summary>
    /// Extrapolates half a spacing when the gap is too large, and never below where a counter was zero.
    /// </summary>
    public void LimitStart(double toZero, double threshold)
    {
        if (toStart >= spacing * threshold) toStart = spacing / 2;
        if (toZero < toStart) toStart = toZero;
    }

    public readonly double Factor(double divisor, double threshold)
    {
        double end = toEnd >= spacing * threshold ? spacing / 2 : toEnd;
        double factor = Seconds != 0 ? (Seconds + toStart + end) / Seconds : 1;
        return factor / divisor;
    }
}
