namespace Flyball.Load.Measuring;

/// <summary>What is told of latencies, milliseconds; all 0 when there were none.</summary>
internal sealed record LatencySummary
{
    public long Count { get; init; }

    public double MeanMs { get; init; }

    public double P50Ms { get; init; }

    public double P75Ms { get; init; }

    public double P90Ms { get; init; }

    public double P95Ms { get; init; }

    public double P99Ms { get; init; }

    public double P999Ms { get; init; }

    public double MaxMs { get; init; }
}
