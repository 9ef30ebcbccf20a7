using Flyball.Load.Arrivals;
using Flyball.Load.Measuring;

namespace Flyball.Load.Driving;

/// <summary>
/// Sends each request when it is due, whatever became of those before, and measures from then. One thread does
/// everything; it sleeps in the kernel until a request is due or a socket has something.
/// </summary>
internal sealed class LoadLoop(LoadPlan plan, LoadRecorder recorder)
{
    // How long Ctrl-C may go unseen.
    private static readonly long WaitMax = MonotonicClock.Second / 10;

    private readonly LinkedList<DueRequest> waiting = new();
    private readonly long timeout = MonotonicClock.Of(plan.Timeout);
    private long dueNext;

    /// <summary>Runs to the end of the last answer; earlier when cancelled.</summary>
    /// <param name="intervalEnded">Told after each interval.</param>
    /// <param name="cancellation">Ends it early: what is on its way counts as unfinished.</param>
    /// <exception cref="IOException">The machine gives no descriptors.</exception>
    public void Run(Action<IntervalCounts> intervalEnded, CancellationToken cancellation)
    {
        using var poller = new Poller();
        using var connections = new ConnectionPool(plan, recorder, poller, Repeat);
        var arrivals = new ArrivalTimes(plan.Curve, plan.Poisson);
        long start = MonotonicClock.Now;
        recorder.Start(start);
        dueNext = At(start, arrivals.Next());
        while (!cancellation.IsCancellationRequested)
        {
            long now = MonotonicClock.Now;
            for (; dueNext <= now; dueNext = At(start, arrivals.Next())) Take(dueNext, now);
            Dispatch(connections, now);
            Expire(connections, now);
            while (recorder.TryEndInterval(now, waiting.Count, connections.BusyCount) is { } ended)
                intervalEnded(ended);
            if (dueNext == long.MaxValue && waiting.Count == 0 && connections.BusyCount == 0) break;
            poller.Wait(NextEvent(connections, now), now, connections.Happened);
        }

        foreach (DueRequest _ in waiting) recorder.Failed(LoadFailure.Unfinished, null);
        connections.Abandon();
        if (recorder.End(MonotonicClock.Now) is { } last) intervalEnded(last);
    }

    private void Take(long intendedAt, long now)
    {
        recorder.Due(now - intendedAt);
        if (waiting.Count < plan.WaitingMax) waiting.AddLast(new DueRequest(intendedAt, IsRepeat: false));
        else recorder.Failed(LoadFailure.Dropped, null);
    }

    // A repeated one is older than any that waits.
    private void Repeat(DueRequest request)
    {
        recorder.Repeated();
        waiting.AddFirst(request with { IsRepeat = true });
    }

    private void Dispatch(ConnectionPool connections, long now)
    {
        while (waiting.First is { } oldest && now - oldest.Value.IntendedAt < timeout
            && connections.TryStart(oldest.Value, now))
            waiting.Remove(oldest);
    }

    private void Expire(ConnectionPool connections, long now)
    {
        connections.Expire(now - timeout, now);
        while (waiting.First is { } oldest && now - oldest.Value.IntendedAt >= timeout)
        {
            waiting.Remove(oldest);
            recorder.TimedOut(now - oldest.Value.IntendedAt);
        }
    }

    private long NextEvent(ConnectionPool connections, long now)
    {
        long next = Math.Min(Math.Min(now + WaitMax, dueNext), recorder.IntervalEndsAt);
        if (connections.OldestIntendedAt is { } busy) next = Math.Min(next, busy + timeout);
        return waiting.First is { } oldest ? Math.Min(next, oldest.Value.IntendedAt + timeout) : next;
    }

    private static long At(long start, double seconds) =>
        double.IsInfinity(seconds) ? long.MaxValue : start + (long)(seconds * MonotonicClock.Second);
}
