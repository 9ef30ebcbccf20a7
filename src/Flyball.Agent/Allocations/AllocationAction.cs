using Flyball.Agent.Drivers;
using Flyball.Contracts.Journal;

namespace Flyball.Agent.Allocations;

/// <summary>What a step asks the runner to do, after the new state is durable.</summary>
internal abstract record AllocationAction
{
    /// <summary>Prepare an attempt; answered by <see cref="AllocationInput.Prepared"/>.</summary>
    public sealed record Prepare(int Attempt) : AllocationAction;

    /// <summary>Give up the preparation that runs; it answers all the same.</summary>
    public sealed record CancelPrepare : AllocationAction;

    /// <summary>Start an attempt, once; answered by <see cref="AllocationInput.Started"/>.</summary>
    public sealed record Start(int Attempt) : AllocationAction;

    /// <summary>Ask what became of an attempt; answered by <see cref="AllocationInput.Recovered"/>.</summary>
    public sealed record Recover(int Attempt, TaskHandle? Handle) : AllocationAction;

    /// <summary>Watch a running task: its exit and its health.</summary>
    public sealed record Watch(int Attempt, TaskHandle Handle) : AllocationAction;

    public sealed record SendStop(TaskHandle Handle) : AllocationAction;

    public sealed record Kill(TaskHandle Handle) : AllocationAction;

    /// <summary>Tell people.</summary>
    public sealed record Tell(string Type, EventSeverity Severity, string Message) : AllocationAction;

    /// <summary>Choose other ports before the next attempt: somebody else has one of them.</summary>
    public sealed record ChangePorts : AllocationAction;

    /// <summary>Drop every trace; the allocation is forgotten.</summary>
    public sealed record Forget : AllocationAction;
}
