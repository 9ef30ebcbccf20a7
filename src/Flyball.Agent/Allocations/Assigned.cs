using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Allocations;

/// <summary>An assignment as the server sent it, decoded.</summary>
internal sealed record Assigned(
    Allocation Allocation, TaskSpec Spec, string Project, string Service, Wanted Wanted, long? StopDeadlineUnixMs)
{
    /// <summary>
    /// The server knows of its end from this node and counts its room as free: where nothing is known of it (its first
    /// write failed), it is not begun.
    /// </summary>
    public bool Ended { get; init; }

    /// <summary>Stands for the task of an allocation that is only to be stopped.</summary>
    public static readonly TaskSpec NoTask = new() { Driver = "" };

    public static Assigned ToForget(string allocation, string node) => new(
        new Allocation { Id = allocation, Workload = "", Version = 0, Node = node, Index = 0, CreatedUnixMs = 0,
            Desired = DesiredState.Stop },
        NoTask, "", "", Wanted.Forget, null);
}
