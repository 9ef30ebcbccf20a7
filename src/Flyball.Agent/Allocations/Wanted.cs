namespace Flyball.Agent.Allocations;

/// <summary>
/// What the server wants of an allocation. It only ever grows: an allocation that was to stop never runs again.
/// </summary>
internal enum Wanted
{
    Run,

    /// <summary>Go on serving until Stop comes or the deadline passes; never start again.</summary>
    Drain,

    /// <summary>Stop now: the signal, the grace period, the kill.</summary>
    Stop,

    /// <summary>Stop, then drop every trace.</summary>
    Forget,
}
