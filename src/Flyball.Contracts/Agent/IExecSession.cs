namespace Flyball.Contracts.Agent;

/// <summary>A running command: bytes in, bytes out, an exit code at the end.</summary>
public interface IExecSession : IAsyncDisposable
{
    ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    ValueTask CloseInputAsync(CancellationToken cancellation);

    ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation);

    /// <summary>The next output, or null at the end; then <see cref="ExitCode"/> is set.</summary>
    ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation);

    int? ExitCode { get; }
}
