using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Allocations;

/// <summary>
/// Everything the runner knows of its allocation. It is written to disk before any of the actions that a step asks
/// for, so that a killed agent knows what it may have begun. Times in Unix milliseconds.
/// </summary>
internal sealed record AllocationState
{
    public static readonly AllocationState New = new();

    public Wanted Wanted { get; init; } = Wanted.Run;

    /// <summary>With <see cref="Wanted.Drain"/>: when it is stopped even if the server is silent.</summary>
    public long? StopDeadlineUnixMs { get; init; }

    public RunStage Stage { get; init; } = RunStage.Idle;

    /// <summary>The number of the newest attempt, from 1; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The running task; null when none is known to run.</summary>
    public TaskHandle? Handle { get; init; }

    public long? StartedUnixMs { get; init; }

    /// <summary>Starts in place after the first.</summary>
    public int Restarts { get; init; }

    /// <summary>Ends in a row without a run as long as the restart policy's window.</summary>
    public int FailuresInRow { get; init; }

    public long? NextStartUnixMs { get; init; }

    /// <summary>When the task is killed, or killed again, after its stop signal.</summary>
    public long? KillAtUnixMs { get; init; }

    /// <summary>When a driver that could not tell is asked again.</summary>
    public long? RecoverAtUnixMs { get; init; }

    public HealthState Health { get; init; }

    public int ProbeFailures { get; init; }

    /// <summary>A probe of this attempt succeeded once.</summary>
    public bool WasHealthy { get; init; }

    public long? HealthySinceUnixMs { get; init; }

    public int? ExitCode { get; init; }

    public string Message { get; init; } = "";

    /// <summary>How it ended; set when <see cref="Stage"/> is Ended.</summary>
    public AllocationPhase? Final { get; init; }

    /// <summary>What people and the server see.</summary>
    public AllocationPhase Phase => Stage switch
    {
        RunStage.Idle => AllocationPhase.Pending,
        RunStage.Preparing => AllocationPhase.Preparing,
        RunStage.Starting => AllocationPhase.Starting,
        RunStage.Waiting => AllocationPhase.BackingOff,
        RunStage.Stopping => AllocationPhase.Stopping,
        RunStage.Ended => Final ?? AllocationPhase.Failed,
        _ when Wanted != Wanted.Run => AllocationPhase.Stopping,
        _ when Handle is null => AllocationPhase.Starting,
        _ => Health == HealthState.Unknown ? AllocationPhase.Starting : AllocationPhase.Running,
    };

    /// <summary>When the machine next wants a <see cref="AllocationInput.TimerDue"/>; null for never.</summary>
    public long? TimerUnixMs => Stage switch
    {
        RunStage.Waiting => NextStartUnixMs,
        RunStage.Stopping => KillAtUnixMs,
        RunStage.Recovering => RecoverAtUnixMs,
        RunStage.Running when Wanted == Wanted.Drain => StopDeadlineUnixMs,
        _ => null,
    };
}
