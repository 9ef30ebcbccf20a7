namespace Flyball.Contracts.Agent;

/// <summary>
/// What a node's agent observed of an allocation; written by the agent's session on the server, on transitions only.
/// Named like the allocation.
/// </summary>
public sealed record AllocationStatus
{
    public int Format { get; set; } = 1;

    public required string Allocation { get; init; }

    public required string Workload { get; init; }

    public required string Node { get; init; }

    public required AllocationPhase Phase { get; init; }

    public HealthState Health { get; set; } = HealthState.Unknown;

    /// <summary>Where each of its ports is reached.</summary>
    public IReadOnlyList<BoundPort> Ports { get; set; } = [];

    /// <summary>Of the last exit; null while it never exited.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How often the task was started again in place.</summary>
    public int Restarts { get; init; }

    /// <summary>True after several quick failures in a row.</summary>
    public bool CrashLooping { get; init; }

    /// <summary>The driver's own name for the task: a process id or a container id.</summary>
    public string Handle { get; set; } = "";

    /// <summary>When the current run started; null before the first.</summary>
    public long? StartedUnixMs { get; init; }

    /// <summary>When it last became healthy; null while it is not.</summary>
    public long? HealthySinceUnixMs { get; init; }

    /// <summary>When the node reported this (the node's clock).</summary>
    public required long ObservedUnixMs { get; init; }

    /// <summary>The reason in words: an engine's error, a failed probe, an exit.</summary>
    public string Message { get; set; } = "";

    /// <summary>True when nothing of it runs any more and nothing will be started again.</summary>
    public bool IsTerminal =>
        Phase is AllocationPhase.Stopped or AllocationPhase.Completed or AllocationPhase.Failed or AllocationPhase.Lost;
}
