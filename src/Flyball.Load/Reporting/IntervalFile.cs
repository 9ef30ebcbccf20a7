using System.Globalization;
using Flyball.Load.Measuring;

namespace Flyball.Load.Reporting;

/// <summary>The course of a run as CSV, a line an interval.</summary>
internal sealed class IntervalFile : IDisposable
{
    private readonly StreamWriter writer;

    public IntervalFile(string path)
    {
        writer = new StreamWriter(path);
        writer.WriteLine("seconds,due,answered,failed,slow,waiting,in_flight,p50_ms,p95_ms,p99_ms,max_ms");
    }

    public void Write(IntervalCounts counts)
    {
        LatencySummary latency = counts.Latency;
        writer.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{counts.Seconds:0.###},{counts.Due},{counts.Answered},")
            + string.Create(CultureInfo.InvariantCulture, $"{counts.Failed},{counts.Slow},{counts.Waiting},")
            + string.Create(CultureInfo.InvariantCulture, $"{counts.InFlight},{latency.P50Ms:0.###},")
            + string.Create(CultureInfo.InvariantCulture, $"{latency.P95Ms:0.###},")
            + string.Create(CultureInfo.InvariantCulture, $"{latency.P99Ms:0.###},{latency.MaxMs:0.###}"));
        writer.Flush();
    }

    public void Dispose() => writer.Dispose();
}
