namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// A process that cannot be mistaken for a later one with the same id: its id and its start in clock ticks since boot.
/// A start of 0 means that it was gone before it could be read.
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    public static ProcessIdentity Of(int pid) =>
        ProcStat.TryRead(pid, out ProcStat stat) ? new ProcessIdentity(pid, stat.StartTicks)
            : new ProcessIdentity(pid, 0);

    /// <summary>True while exactly this process runs; a zombie does not.</summary>
    public bool IsAlive =>
        StartTicks != 0 && ProcStat.TryRead(Pid, out ProcStat stat) && stat.StartTicks == StartTicks && !stat.IsDead;
}
