using System.Globalization;
using Flyball.Load.Measuring;

namespace Flyball.Load.Reporting;

/// <summary>One line on a terminal that tells of the last interval.</summary>
internal sealed class LiveLine(TextWriter terminal, bool isShown, TimeSpan duration)
{
    private const string EraseLine = "\r\e[K";

    public void Show(IntervalCounts counts)
    {
        if (!isShown) return;
        LatencySummary latency = counts.Latency;
        terminal.Write(
            EraseLine
            + string.Create(CultureInfo.InvariantCulture, $"{counts.Seconds:0} of {duration.TotalSeconds:0} s   ")
            + string.Create(CultureInfo.InvariantCulture, $"{counts.Due / counts.LengthSeconds:0}/s due   ")
            + string.Create(CultureInfo.InvariantCulture, $"{counts.Answered / counts.LengthSeconds:0}/s answered   ")
            + string.Create(CultureInfo.InvariantCulture, $"p50 {latency.P50Ms:0.0} ms   p99 {latency.P99Ms:0.0} ms   ")
            + string.Create(CultureInfo.InvariantCulture, $"{counts.Failed} failed   {counts.InFlight} in flight"));
        terminal.Flush();
    }

    public void Clear()
    {
        if (!isShown) return;
        terminal.Write(EraseLine);
        terminal.Flush();
    }
}
