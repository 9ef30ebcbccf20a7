using HdrHistogram;

namespace Flyball.Load.Measuring;

/// <summary>Latencies to three digits, up to an hour.</summary>
internal sealed class LatencyRecord
{
    private const long MicrosecondsMax = 3_600_000_000;
    private const int Digits = 3;

    private readonly LongHistogram histogram = new(MicrosecondsMax, Digits);

    public void Add(long nanoseconds) => histogram.RecordValue(Math.Clamp(nanoseconds / 1000, 1, MicrosecondsMax));

    public LatencySummary Summarise() => histogram.TotalCount == 0
        ? new LatencySummary()
        : new LatencySummary
        {
            Count = histogram.TotalCount,
            MeanMs = histogram.GetMean() / 1000,
            P50Ms = At(50),
            P75Ms = At(75),
            P90Ms = At(90),
            P95Ms = At(95),
            P99Ms = At(99),
            P999Ms = At(99.9),
            MaxMs = histogram.GetMaxValue() / 1000.0,
        };

    public void Clear()
    {
        if (histogram.TotalCount > 0) histogram.Reset();
    }

    private double At(double percentile) => histogram.GetValueAtPercentile(percentile) / 1000.0;
}
