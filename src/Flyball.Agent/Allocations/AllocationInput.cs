using Flyball.Agent.Drivers;

namespace Flyball.Agent.Allocations;

/// <summary>
/// What can happen to an allocation. Answers of the driver name their attempt: late ones are told apart.
/// </summary>
internal abstract record AllocationInput
{
    /// <summary>The server said what it wants.</summary>
    public sealed record Assigned(Wanted Wanted, long? StopDeadlineUnixMs) : AllocationInput;

    /// <summary>The agent was started and read this state from disk.</summary>
    public sealed record AgentStarted : AllocationInput;

    public sealed record Prepared(int Attempt, DriverFailure? Failure) : AllocationInput;

    public sealed record Started(int Attempt, TaskStart Start) : AllocationInput;

    public sealed record Recovered(int Attempt, TaskRecovery Recovery) : AllocationInput;

    public sealed record Exited(int Attempt, TaskExit Exit) : AllocationInput;

    public sealed record Probed(int Attempt, ProbeResult Result) : AllocationInput;

    /// <summary>The time of <see cref="AllocationState.TimerUnixMs"/> has come.</summary>
    public sealed record TimerDue : AllocationInput;
}
