using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Simulation.Tasks;

/// <summary>The driver that an agent reaches its node's engine by.</summary>
internal sealed class SimulatedDriver(TaskEngine engine, TimeProvider time, Random random) : ITaskDriver
{
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(10);

    public string Name => "process";

    public ValueTask<DriverInfo> FingerprintAsync(CancellationToken cancellation) =>
        new(new DriverInfo(Name, true, "1"));

    public async ValueTask<DriverFailure?> PrepareAsync(
        TaskContext task, Action<string> progress, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        return null;
    }

    public async ValueTask<TaskStart> StartAsync(TaskContext task, int attempt, CancellationToken cancellation) =>
        await engine.StartAsync(task, attempt);

    public async ValueTask<TaskRecovery> RecoverAsync(
        TaskContext task, int attempt, TaskHandle? handle, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        if (!engine.Answers) return new TaskRecovery(RecoveryKind.Unavailable, Message: "The engine does not answer.");
        return engine.Find(task.Nonce(attempt)) switch
        {
            null => new TaskRecovery(RecoveryKind.NeverStarted),
            { IsRunning: true } found => new TaskRecovery(RecoveryKind.Alive, found.Handle),
            { } ended => new TaskRecovery(RecoveryKind.Exited, Exit: ended.Exit),
        };
    }

    public async Task<TaskExit> WaitAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        engine.ThrowIfAway();
        return engine.Find(handle.Id) is { } found
            ? await found.WhenExited.WaitAsync(cancellation)
            : new TaskExit(null);
    }

    public async ValueTask StopAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        engine.ThrowIfAway();
        if (engine.Find(handle.Id) is { } found) engine.Stop(found);
    }

    public async ValueTask KillAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        engine.ThrowIfAway();
        if (engine.Find(handle.Id) is { } found) engine.Kill(found);
    }

    public ValueTask<TaskUsage?> UsageAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation) =>
        new(engine.Answers ? new TaskUsage(1, 1, 1, 0, 0, 0, 0, 1) : null);

    public ValueTask<ProbeResult?> OwnHealthAsync(
        TaskContext task, TaskHandle handle, CancellationToken cancellation) => new((ProbeResult?)null);

    public IAsyncEnumerable<LogLine> LogsAsync(
        TaskContext task, LogRequest request, CancellationToken cancellation) => AsyncEnumerable.Empty<LogLine>();

    public ValueTask<IExecSession> ExecAsync(
        TaskContext task, TaskHandle handle, ExecRequest request, CancellationToken cancellation) =>
        throw new AllocationAccessException("Simulated tasks run no commands.");

    public async ValueTask ReleaseAsync(TaskContext task, CancellationToken cancellation) =>
        await AnswerAsync(cancellation);

    public async ValueTask CleanUpAsync(TaskContext task, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        engine.CleanUp(task.Id);
    }

    private Task AnswerAsync(CancellationToken cancellation) =>
        Task.Delay(AnswerTakes * random.NextDouble(), time, cancellation);
}
