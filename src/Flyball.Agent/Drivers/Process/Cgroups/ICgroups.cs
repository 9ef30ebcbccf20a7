using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>One version of control groups: a group <c>flyball/{allocation}</c> for each process task.</summary>
internal interface ICgroups
{
    /// <summary>
    /// Makes the group with limits and resets its counters; what was not allowed is added to
    /// <paramref name="problems"/>.
    /// </summary>
    void Create(string name, ResourceLimits limits, List<string> problems);

    /// <summary>The files that a process writes its id into to join the group; only those that exist.</summary>
    IReadOnlyList<string> JoinFiles(string name);

    /// <summary>Processes in the group, its descendants excluded.</summary>
    IReadOnlyList<int> Pids(string name);

    /// <summary>How often the kernel killed in this group for its memory limit since <see cref="Create"/>.</summary>
    long OutOfMemoryKills(string name);

    /// <summary>Adds what the group tells; fields it does not know keep their values.</summary>
    TaskUsage Usage(string name, TaskUsage known);

    /// <summary>Removes the group; a group that still has processes stays and is removed later.</summary>
    void Remove(string name);
}
