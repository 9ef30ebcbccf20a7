using Flyball.Simulation.Machine;

namespace Flyball.Simulation.Faults;

/// <summary>Whether faults are active, and for how long they have not been: some rules hold only in calm.</summary>
internal sealed class FaultClock(VirtualTime time)
{
    /// <summary>
    /// What the platform may take to find its feet after the last fault: reconnections, heartbeats, leases.
    /// </summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(25);

    private DateTimeOffset lastEnd;
    private int active;

    /// <summary>False while the store's disk is full.</summary>
    public bool StoreTakesWrites { get; set; } = true;

    /// <summary>Faults begun so far.</summary>
    public int Count { get; private set; }

    public DateTimeOffset LastActive => active > 0 ? time.GetUtcNow() : lastEnd;

    public bool IsCalmSince(DateTimeOffset at) => active == 0 && at - lastEnd > Recovery;

    public void Begin()
    {
        active++;
        Count++;
    }

    public void End()
    {
        active--;
        lastEnd = time.GetUtcNow();
    }

    /// <summary>A fault without a duration, such as a crash of one task.</summary>
    public void Touch()
    {
        Begin();
        End();
    }
}
