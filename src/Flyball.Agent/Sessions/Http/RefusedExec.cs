using Flyball.Contracts.Agent;

namespace Flyball.Agent.Sessions.Http;

/// <summary>
/// The session of a command that could not be asked for: its reader is told why. An answer without an upgrade would
/// not do, because WebSocket clients show its status and nothing else.
/// </summary>
internal sealed class RefusedExec(AllocationAccessException reason) : IExecSession
{
    public int? ExitCode => null;

    public ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    public ValueTask CloseInputAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation) =>
        ValueTask.FromException<ExecOutput?>(reason);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
