using Flyball.Autoscaling.Capacity;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// The simulated cluster of the backtest protocol: replicas that take time to start and are paid from the asking on,
/// at once gone when not wanted, youngest starting first, and a queue for what the ready ones cannot serve.
/// </summary>
internal sealed class Plant(StaffingTable staffing, double tickSeconds, int startupTicks)
{
    // Clients give up: the queue never holds more than this much work of the ready replicas.
    private const double QueueSecondsMax = 60;

    private StartingReplicas starting;

    /// <summary>Work that waits, in replica-seconds.</summary>
    public double Backlog { get; private set; }

    public int Ready { get; private set; }

    public int Total { get; private set; }

    /// <summary>Whether the tick seen last violates the objective.</summary>
    public bool Violates { get; private set; }

    /// <summary>The state in which the protocol begins: enough replicas for the first tick, and two.</summary>
    public void Begin(double firstLoad)
    {
        Ready = Total = staffing.Need(firstLoad) + 2;
        starting.Clear();
        Backlog = 0;
    }

    /// <summary>Lets a tick's load arrive and answers what a policy sees of it.</summary>
    public ClusterTick Arrive(int index, double load)
    {
        Ready += starting.TakeReady(index);
        var before = Backlog;
        Backlog = Queue(before, load, 1);
        Violates = Backlog > 0 || load > staffing.Admissible(Ready);
        var served = Math.Min(load + before / tickSeconds, Ready);
        return new ClusterTick(index, load, served, Ready, Total) { Backlog = Backlog };
    }

    /// <summary>
    /// Work that will wait, in replica-seconds, when the load goes on for some ticks and no further replica gets ready.
    /// </summary>
    public double QueueAfter(double load, int ticks) => Queue(Backlog, load, ticks);

    private double Queue(double before, double load, int ticks) =>
        Math.Clamp(before + (load - Ready) * tickSeconds * ticks, 0, QueueSecondsMax * Ready);

    /// <summary>Moves to <paramref name="wanted"/> replicas and answers by how many the total changed.</summary>
    public int Scale(int index, int wanted)
    {
        wanted = Math.Max(1, wanted);
        var change = wanted - Total;
        if (change > 0)
            starting.Add(index + startupTicks, change);
        else if (change < 0)
            Ready -= starting.TakeYoungest(-change);
        Total = wanted;
        return change;
    }
}
