using System.Threading.Channels;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>A command beside a process task, on a terminal of its own.</summary>
internal sealed class TerminalExec : IExecSession
{
    /// <summary>Blocks of output that wait to be read; then the command waits.</summary>
    private const int QueueLength = 64;

    /// <summary>Between offers to a command that does not read what is typed.</summary>
    private static readonly TimeSpan InputRetry = TimeSpan.FromMilliseconds(10);

    /// <summary>Ctrl-D: a terminal has no other end of its input.</summary>
    private static readonly byte[] EndOfInput = [4];

    private readonly System.Diagnostics.Process process;
    private readonly PseudoTerminal terminal;
    private readonly TimeProvider time;
    private readonly Channel<ExecOutput> output = Channel.CreateBounded<ExecOutput>(QueueLength);
    private readonly CancellationTokenSource disposed = new();
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task exited;

    public TerminalExec(System.Diagnostics.Process process, PseudoTerminal terminal, TimeProvider time)
    {
        this.process = process;
        this.terminal = terminal;
        this.time = time;
        new Thread(ReadAll) { IsBackground = true, Name = "flyball-terminal" }.Start();
        exited = WhenExitedAsync();
    }

    public int? ExitCode { get; private set; }

    public async ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
        {
            int taken = terminal.Write(bytes.Span);

            // A command that is gone takes nothing; its exit will tell the rest.
            if (taken < 0) return;
            if (taken == 0) await Task.Delay(InputRetry, time, cancellation);
            bytes = bytes[taken..];
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellation) => WriteInputAsync(EndOfInput, cancellation);

    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation)
    {
        terminal.Resize(columns, rows);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation)
    {
        if (await output.Reader.WaitToReadAsync(cancellation) && output.Reader.TryRead(out ExecOutput? next))
            return next;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        bool ends = exited.IsCompleted || TaskProcesses.KillSession(process.Id);
        terminal.End();
        await read.Task;

        // What may not be killed, such as a command of another user, is hung up by the end of its terminal.
        terminal.Dispose();
        disposed.Dispose();
        if (!ends) return;
        await exited;
        process.Dispose();
    }

    private async Task WhenExitedAsync()
    {
        await process.WaitForExitAsync(CancellationToken.None);
        ExitCode = process.ExitCode;
        terminal.End();
    }

    /// <summary>On a thread of its own: of a terminal, unlike of a pipe, one can only wait by blocking.</summary>
    private void ReadAll()
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (terminal.Read(buffer) is > 0 and int count)
            {
                var next = new ExecOutput(false, buffer.AsSpan(0, count).ToArray());
                output.Writer.WriteAsync(next, disposed.Token).AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody reads any more.
        }

        output.Writer.TryComplete();
        read.TrySetResult();
    }
}
