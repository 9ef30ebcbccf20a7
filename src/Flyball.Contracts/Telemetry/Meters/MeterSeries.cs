using System.Globalization;
using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>One label set of an instrument and what was measured under it. Thread-safe.</summary>
internal sealed class MeterSeries
{
    private long whole;
    private double fraction;

    public MeterSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, bool isHistogram)
    {
        Labels = new MetricLabel[tags.Length];
        for (int i = 0; i < tags.Length; i++)
        {
            Labels[i] = new MetricLabel(
                MetricNames.Clean(tags[i].Key), Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "");
        }

        if (isHistogram) Histogram = new ExponentialHistogram();
    }

    public MetricLabel[] Labels { get; }

    public ExponentialHistogram? Histogram { get; }

    /// <summary>The round of observation it was last seen in; only of what is observed.</summary>
    public int SeenInRound { get; set; }

    public double Value => Volatile.Read(ref whole) + Volatile.Read(ref fraction);

    public void Add(long value) => Interlocked.Add(ref whole, value);

    public void Add(double value)
    {
        double seen = Volatile.Read(ref fraction);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref fraction, seen + value, seen);
            if (before.Equals(seen)) return;
            seen = before;
        }
    }

    public void Set(double value) => Volatile.Write(ref fraction, value);
}
