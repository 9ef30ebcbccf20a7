using System.Threading.Channels;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>A command beside a process task, connected by pipes: output and error output are told apart.</summary>
internal sealed class ProcessExec : IExecSession
{
    /// <summary>Blocks of output that wait to be read; then the command waits.</summary>
    private const int QueueLength = 64;

    private readonly System.Diagnostics.Process process;
    private readonly Channel<ExecOutput> output = Channel.CreateBounded<ExecOutput>(QueueLength);
    private readonly CancellationTokenSource disposed = new();
    private readonly Task pumping;

    public ProcessExec(System.Diagnostics.Process process)
    {
        this.process = process;
        pumping = PumpAsync();
    }

    public int? ExitCode { get; private set; }

    public async ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes, cancellation);
            await process.StandardInput.BaseStream.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            // The command closed its input; its exit will tell the rest.
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellation)
    {
        process.StandardInput.Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation) => ValueTask.CompletedTask;

    public async ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation)
    {
        if (await output.Reader.WaitToReadAsync(cancellation) && output.Reader.TryRead(out ExecOutput? next))
            return next;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        try
        {
            // Its session is its own, so whatever it started goes with it.
            if (!process.HasExited) TaskProcesses.KillSession(process.Id);
        }
        catch (InvalidOperationException)
        {
            // It exited between the two lines.
        }

        await pumping;
        process.Dispose();
        disposed.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await Task.WhenAll(
                CopyAsync(process.StandardOutput.BaseStream, false), CopyAsync(process.StandardError.BaseStream, true));
            await process.WaitForExitAsync(disposed.Token);
            ExitCode = process.ExitCode;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Nobody reads any more.
        }

        output.Writer.TryComplete();
    }

    private async Task CopyAsync(Stream from, bool isError)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, disposed.Token)) > 0)
            await output.Writer.WriteAsync(new ExecOutput(isError, buffer.AsSpan(0, read).ToArray()), disposed.Token);
    }
}
