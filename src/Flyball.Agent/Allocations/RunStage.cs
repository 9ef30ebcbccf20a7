namespace Flyball.Agent.Allocations;

/// <summary>Where the runner stands; what people see is the phase derived from it.</summary>
internal enum RunStage
{
    /// <summary>Nothing runs and nothing was begun.</summary>
    Idle,

    /// <summary>The driver prepares the next attempt; nothing of it runs.</summary>
    Preparing,

    /// <summary>The intent to start is durable; the driver may or may not have started it.</summary>
    Starting,

    /// <summary>The driver confirmed the start.</summary>
    Running,

    /// <summary>The attempt ended; the next begins at <see cref="AllocationState.NextStartUnixMs"/>.</summary>
    Waiting,

    /// <summary>The stop signal was sent.</summary>
    Stopping,

    /// <summary>This agent was restarted and asks the driver what became of the attempt.</summary>
    Recovering,

    /// <summary>Nothing runs and nothing will be started.</summary>
    Ended,
}
