using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers;

/// <summary>
/// Runs tasks of one sort. Every call may be repeated: the agent asks again after it was killed in the middle. A driver
/// keeps no truth of its own; what it must know later is in the <see cref="TaskHandle"/> or found at the task itself.
/// </summary>
internal interface ITaskDriver
{
    /// <summary><c>process</c> or <c>docker</c>, as in the task's spec.</summary>
    string Name { get; }

    ValueTask<DriverInfo> FingerprintAsync(CancellationToken cancellation);

    /// <summary>
    /// Does what may take long and can be repeated: pulls, builds, networks, volumes, checks of the command.
    /// </summary>
    /// <param name="progress">Called with a sentence for people now and then.</param>
    ValueTask<DriverFailure?> PrepareAsync(TaskContext task, Action<string> progress, CancellationToken cancellation);

    /// <summary>Starts the task once. The intent to start this attempt is durable before this is called.</summary>
    ValueTask<TaskStart> StartAsync(TaskContext task, int attempt, CancellationToken cancellation);

    /// <summary>Finds out what became of an attempt whose start or end this process did not see.</summary>
    ValueTask<TaskRecovery> RecoverAsync(
        TaskContext task, int attempt, TaskHandle? handle, CancellationToken cancellation);

    /// <summary>Ends when the task has exited and nothing of it runs any more.</summary>
    Task<TaskExit> WaitAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation);

    /// <summary>Sends the spec's stop signal; a task that is gone is no error.</summary>
    ValueTask StopAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation);

    /// <summary>Ends everything of the task at once; a task that is gone is no error.</summary>
    ValueTask KillAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation);

    /// <summary>What the task uses now; null when that cannot be told.</summary>
    ValueTask<TaskUsage?> UsageAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation);

    /// <summary>
    /// What the engine's own health check says; null while it has not decided or where there is none.
    /// </summary>
    ValueTask<ProbeResult?> OwnHealthAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation);

    IAsyncEnumerable<LogLine> LogsAsync(TaskContext task, LogRequest request, CancellationToken cancellation);

    /// <exception cref="AllocationAccessException">The command could not be started.</exception>
    ValueTask<IExecSession> ExecAsync(
        TaskContext task, TaskHandle handle, ExecRequest request, CancellationToken cancellation);

    /// <summary>
    /// Gives back what a task that does not run holds of the machine, such as its container, its network and its
    /// control group; its files stay.
    /// </summary>
    ValueTask ReleaseAsync(TaskContext task, CancellationToken cancellation);

    /// <summary>Drops every trace of a task that does not run.</summary>
    ValueTask CleanUpAsync(TaskContext task, CancellationToken cancellation);
}
