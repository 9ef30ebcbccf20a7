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

    private readonly List<(int ReadyAt, int Count)> starting = [];
    private int firstStarting;
    private double backlog;

    public int Ready { get; private set; }

    public int Total { get; private set; }

    /// <summary>Whether the tick seen last violates the objective.</summary>
    public bool Violates { get; private set; }

    /// <summary>The state in which the protocol begins: enough replicas for the first tick, and two.</summary>
    public void Begin(double firstLoad)
    {
        Ready = Total = staffing.Need(firstLoad) + 2;
        starting.Clear();
        firstStarting = 0;
        backlog = 0;
    }

    /// <summary>Lets a tick's load arrive and answers what a policy sees of it.</summary>
    public ClusterTick Arrive(int index, double load)
    {
        while (firstStarting < starting.Count && starting[firstStarting].ReadyAt <= index)
            Ready += starting[firstStarting++].Count;
        if (firstStarting == starting.Count)
        {
            starting.Clear();
            firstStarting = 0;
        }
        var before = backlog;
        backlog = Math.Max(0.0, backlog + (load - Ready) * tickSeconds);
        if (backlog > QueueSecondsMax * Ready)
            backlog = QueueSecondsMax * Ready;
        Violates = backlog > 0 || load > staffing.Admissible(Ready);
        var served = Math.Min(load + before / tickSeconds, Ready);
        return new ClusterTick(index, load, served, Ready, Total);
    }

    /// <summary>Moves to <paramref name="wanted"/> replicas and answers by how many the total changed.</summary>
    public int Scale(int index, int wanted)
    {
        wanted = Math.Max(1, wanted);
        var change = wanted - Total;
        if (change > 0)
            starting.Add((index + startupTicks, change));
        else if (change < 0)
            Stop(-change);
        Total = wanted;
        return change;
    }

    private void Stop(int count)
    {
        while (count > 0 && starting.Count > firstStarting)
        {
            var (readyAt, young) = starting[^1];
            starting.RemoveAt(starting.Count - 1);
            if (young > count)
                starting.Add((readyAt, young - count));
            count -= Math.Min(young, count);
        }
        Ready -= count;
    }
}
