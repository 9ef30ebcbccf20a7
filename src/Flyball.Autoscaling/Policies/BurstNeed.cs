using Flyball.Autoscaling.Capacity;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// Replicas that a burst needs which no forecast saw coming: for the load that it will have grown to when they are
/// ready, and for the queue that it leaves until then. Replicas for the load alone never work that off, so some more
/// are worth starting with them; they stay until it is gone.
/// </summary>
/// <remarks>
/// Of <c>n</c> replicas more than the load keeps busy, a queue of <c>q</c> replica-ticks is gone after <c>q / n</c>
/// ticks. They are paid while they start and work, and all the load is late that long: the cheapest number of ticks
/// follows. The queue is that of a simulated cluster that did what the policy wanted.
/// </remarks>
/// <param name="staffing">Replicas needed for a load.</param>
/// <param name="tickSeconds">Length of a tick.</param>
/// <param name="startupTicks">Ticks from asking for a replica to its being ready.</param>
internal sealed class BurstNeed(StaffingTable staffing, double tickSeconds, int startupTicks)
{
    // A step is no growth: only what grew in two such spans, one after the other, goes on.
    private const double GrowthSeconds = 60;

    private readonly Plant plant = new(staffing, tickSeconds, startupTicks);
    private readonly double[] recent = new double[2 * Math.Max(1, (int)(GrowthSeconds / tickSeconds)) + 1];
    private int seen;
    private int draining;

    /// <summary>Whether the load seen last is late: it queues, or is more than the ready replicas admit.</summary>
    public bool IsLate => plant.Violates;

    /// <summary>Lets a tick's load arrive.</summary>
    public void Arrive(int index, double load)
    {
        if (seen == 0)
            plant.Begin(load);
        plant.Arrive(index, load);
        recent[seen++ % recent.Length] = load;
    }

    /// <summary>Follows what the policy wanted in the tick.</summary>
    public void Scale(int index, int replicas) => plant.Scale(index, replicas);

    /// <summary>Replicas for the burst, given the load that arrived last.</summary>
    /// <param name="price">What a replica-tick of late work costs in replica-ticks.</param>
    public int Want(double price)
    {
        var load = Past(0) + Growth() * startupTicks;
        draining = plant.Backlog == 0 ? 0 : Math.Max(draining, Cheapest(load, price));
        return Math.Max(staffing.Need(load), draining);
    }

    /// <summary>The burst is over or is not followed.</summary>
    public void Forget() => draining = 0;

    private double Growth()
    {
        if (seen < recent.Length)
            return 0;
        var span = recent.Length / 2;
        return Math.Max(0, Math.Min(Past(0) - Past(span), Past(span) - Past(2 * span))) / span;
    }

    private double Past(int ticks) => recent[(seen - 1 - ticks) % recent.Length];

    private int Cheapest(double load, double price)
    {
        var queue = plant.QueueAfter(load, startupTicks) / tickSeconds;
        if (queue == 0)
            return (int)Math.Ceiling(load);
        // Where the derivative of queue / t * (startupTicks + t) + price * load * t is 0; endless without a load.
        var ticks = Math.Max(1, Math.Round(Math.Sqrt(queue * startupTicks / (price * load))));
        return (int)Math.Ceiling(load + queue / ticks);
    }
}
