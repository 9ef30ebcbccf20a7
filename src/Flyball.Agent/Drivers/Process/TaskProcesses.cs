namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// All processes of a task: those of the supervisor's session, and with a cgroup those that left it. The supervisor
/// itself is never signalled with SIGKILL, because it writes the exit code.
/// </summary>
internal static class TaskProcesses
{
    private const int SigKill = 9;

    /// <summary>Rounds of killing; a fork may slip between listing and killing, but not for ever.</summary>
    private const int RoundsMax = 500;

    /// <summary>Between rounds, for the kernel to take the killed ones down.</summary>
    private const int RoundMs = 2;

    /// <summary>Signals that the supervisor's shell survives, so that they may go to the whole group.</summary>
    private static readonly int[] GroupSignals = [1, 2, 3, 10, 12, 14, 15];

    /// <param name="isOurs">Asked of each process of the session: a session id may have passed to somebody
    /// else.</param>
    public static List<int> Members(ProcessIdentity supervisor, IEnumerable<int> inCgroup, Func<int, bool> isOurs)
    {
        var members = new SortedSet<int>(inCgroup);
        foreach (int pid in ProcStat.AllPids())
        {
            if (ProcStat.TryRead(pid, out ProcStat stat) && stat.Session == supervisor.Pid && !stat.IsDead
                && isOurs(pid))
                members.Add(pid);
        }

        members.Remove(supervisor.Pid);
        return [.. members];
    }

    /// <summary>
    /// Sends a stop signal to the group, as a terminal would; exotic signals go to the task itself only.
    /// </summary>
    public static void Signal(ProcessHandle handle, int signal)
    {
        if (handle.Supervisor.IsAlive && Array.IndexOf(GroupSignals, signal) >= 0)
            _ = LibC.Kill(-handle.Supervisor.Pid, signal);
        else if (handle.Task.IsAlive) _ = LibC.Kill(handle.Task.Pid, signal);
    }

    /// <summary>Kills a command and all that it started in its session; what left the session is not found.</summary>
    /// <returns>False when some may not be killed, or survived all rounds.</returns>
    public static bool KillSession(int leader)
    {
        for (int round = 0; round < RoundsMax; round++)
        {
            int[] members = [.. ProcStat.AllPids().Where(pid =>
                ProcStat.TryRead(pid, out ProcStat stat) && stat.Session == leader && !stat.IsDead)];
            if (members.Length == 0) return true;
            if (!members.Any(pid => LibC.Kill(pid, SigKill) == 0)) return false;
            _ = LibC.Poll([], 0, RoundMs);
        }

        return false;
    }

    /// <summary>Kills every member until none is left; false when some survived all rounds.</summary>
    /// <param name="allocation">Its id marks its processes where the session's leader is gone and cannot vouch for
    /// them.</param>
    public static bool KillAll(ProcessHandle handle, string allocation, Func<IEnumerable<int>> inCgroup)
    {
        string mark = $"FLYBALL_ALLOCATION={allocation}";
        for (int round = 0; round < RoundsMax; round++)
        {
            bool led = handle.Supervisor.IsAlive;
            List<int> members = handle.Supervisor.Pid == 0
                ? [.. inCgroup()]
                : Members(handle.Supervisor, inCgroup(), pid => led || ProcStat.HasEnvironment(pid, mark));
            if (members.Count == 0) return true;
            foreach (int pid in members) _ = LibC.Kill(pid, SigKill);
            _ = LibC.Poll([], 0, RoundMs);
        }

        return false;
    }
}
