using System.IO.Hashing;
using System.Text;
using Flyball.Metrics.Scraping.Ingestion;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>A target that is being scraped, and what is remembered of it.</summary>
internal sealed class ScrapeTarget(TargetSpec spec, HttpMessageInvoker client)
{
    private volatile ScrapeResult? _last;

    public TargetSpec Spec => spec;

    /// <summary>Belongs to the job.</summary>
    public HttpMessageInvoker Client => client;

    public TargetMemory Memory { get; } = new(spec.Labels);

    /// <summary>How the last scrape went; null before the first.</summary>
    public ScrapeResult? Last
    {
        get => _last;
        set => _last = value;
    }

    /// <summary>When it is to be scraped next, in Unix milliseconds. Belongs to the schedule.</summary>
    public long DueMs { get; set; }

    /// <summary>Raised when a place in the schedule is no longer meant. Belongs to the schedule.</summary>
    public int Version { get; set; }

    /// <summary>A scrape runs or waits for a place. Belongs to the schedule.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Discovery no longer knows it: its series are to end. Belongs to the schedule.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>
    /// The first time: a point of the interval that the target's name decides, so that all targets together are an even
    /// load, and a restart keeps each in its rhythm.
    /// </summary>
    public static long FirstDueMs(TargetSpec spec, long nowMs)
    {
        long intervalMs = (long)spec.Interval.TotalMilliseconds;
        long offsetMs = (long)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(spec.Key)) % (ulong)intervalMs);
        long dueMs = nowMs - (nowMs % intervalMs) + offsetMs;
        return dueMs >= nowMs ? dueMs : dueMs + intervalMs;
    }

    /// <summary>The next time after one at which it was due; those that have passed meanwhile are missed.</summary>
    public static long NextDueMs(long dueMs, long intervalMs, long nowMs, out long missed)
    {
        missed = Math.Max(0, nowMs - dueMs) / intervalMs;
        return dueMs + ((missed + 1) * intervalMs);
    }
}
