using Flyball.Load.Driving;

namespace Flyball.Load.Measuring;

/// <summary>
/// Counts every request exactly once: an answer by its status, or why there is none. Latencies count from the intended
/// time, so that a server that stalls is charged for all whom it kept waiting; requests that ran out of time are among
/// them with the time they waited.
/// </summary>
internal sealed class LoadRecorder(TimeSpan interval, TimeSpan? objective)
{
    private const int StatusMax = 1000;

    private readonly long[] statuses = new long[StatusMax];
    private readonly long[] failures = new long[Enum.GetValues<LoadFailure>().Length];
    private readonly string?[] firstMessages = new string?[Enum.GetValues<LoadFailure>().Length];
    private readonly LatencyRecord latency = new();
    private readonly LatencyRecord service = new();
    private readonly LatencyRecord lateness = new();
    private readonly LatencyRecord ofInterval = new();
    private readonly long intervalLength = MonotonicClock.Of(interval);
    private readonly long slowAfter = objective is { } most ? MonotonicClock.Of(most) : long.MaxValue;
    private long start;
    private long end;
    private long intervalStart;
    private Totals totals;
    private Totals atIntervalStart;

    public long IntervalEndsAt => intervalStart + intervalLength;

    public void Start(long now) => start = intervalStart = now;

    /// <summary>A request is due; the generator came to it this late.</summary>
    public void Due(long lateNanoseconds)
    {
        totals.Due++;
        lateness.Add(lateNanoseconds);
    }

    public void Opened() => totals.Opened++;

    public void Repeated() => totals.Repeated++;

    public void Received(int bytes) => totals.Bytes += bytes;

    public void Answered(int status, long intendedAt, long sentAt, long now)
    {
        statuses[Math.Min(status, StatusMax - 1)]++;
        totals.Answered++;
        if (status >= 400) totals.Failed++;
        else if (now - intendedAt > slowAfter) totals.Slow++;
        latency.Add(now - intendedAt);
        service.Add(now - sentAt);
        ofInterval.Add(now - intendedAt);
    }

    public void TimedOut(long waitedNanoseconds)
    {
        Failed(LoadFailure.Timeout, null);
        latency.Add(waitedNanoseconds);
        ofInterval.Add(waitedNanoseconds);
    }

    public void Failed(LoadFailure kind, string? message)
    {
        failures[(int)kind]++;
        firstMessages[(int)kind] ??= message;
        totals.Failed++;
    }

    /// <summary>The next interval that is over, or null.</summary>
    public IntervalCounts? TryEndInterval(long now, int waiting, int inFlight) =>
        now < IntervalEndsAt ? null : EndInterval(IntervalEndsAt, waiting, inFlight);

    /// <summary>Ends the run; what is left of the last interval, or null.</summary>
    public IntervalCounts? End(long now)
    {
        end = now;
        return totals.Equals(atIntervalStart) ? null : EndInterval(now, 0, 0);
    }

    public LoadOutcome Outcome() => new()
    {
        Elapsed = TimeSpan.FromTicks((end - start) / 100),
        Due = totals.Due,
        Answered = totals.Answered,
        Failed = totals.Failed,
        Slow = totals.Slow,
        Opened = totals.Opened,
        Repeated = totals.Repeated,
        ReceivedBytes = totals.Bytes,
        Statuses = new SortedDictionary<int, long>(
            statuses.Index().Where(one => one.Item > 0).ToDictionary(one => one.Index, one => one.Item)),
        Failures = [.. failures.Index().Where(one => one.Item > 0)
            .Select(one => new FailureCount((LoadFailure)one.Index, one.Item, firstMessages[one.Index]))],
        Latency = latency.Summarise(),
        Service = service.Summarise(),
        Lateness = lateness.Summarise(),
    };

    private IntervalCounts EndInterval(long at, int waiting, int inFlight)
    {
        var counts = new IntervalCounts
        {
            Seconds = (at - start) / (double)MonotonicClock.Second,
            LengthSeconds = (at - intervalStart) / (double)MonotonicClock.Second,
            Due = totals.Due - atIntervalStart.Due,
            Answered = totals.Answered - atIntervalStart.Answered,
            Failed = totals.Failed - atIntervalStart.Failed,
            Slow = totals.Slow - atIntervalStart.Slow,
            Waiting = waiting,
            InFlight = inFlight,
            Latency = ofInterval.Summarise(),
        };
        ofInterval.Clear();
        (intervalStart, atIntervalStart) = (at, totals);
        return counts;
    }

    private record struct Totals
    {
        public long Due;
        public long Answered;
        public long Failed;
        public long Slow;
        public long Opened;
        public long Repeated;
        public long Bytes;
    }
}
