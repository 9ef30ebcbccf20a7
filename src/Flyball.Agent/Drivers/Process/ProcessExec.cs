using System.Diagnostics;
using System.Threading.Channels;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// A command beside a process task: its environment, working directory, user and control group, connected by pipes.
/// There is no terminal: programs that ask for one see pipes.
/// </summary>
internal sealed class ProcessExec : IExecSession
{
    /// <summary>Blocks of output that wait to be read; then the command waits.</summary>
    private const int QueueLength = 64;

    private readonly System.Diagnostics.Process process;
    private readonly Channel<ExecOutput> output = Channel.CreateBounded<ExecOutput>(QueueLength);
    private readonly CancellationTokenSource disposed = new();
    private readonly Task pumping;

    private ProcessExec(System.Diagnostics.Process process)
    {
        this.process = process;
        pumping = PumpAsync();
    }

    public int? ExitCode { get; private set; }

    /// <exception cref="AllocationAccessException">The command cannot be started; the message says why.</exception>
    public static ProcessExec Start(
        TaskContext task, ExecRequest request, SortedDictionary<string, string> environment,
        IReadOnlyList<string> joinFiles)
    {
        if (request.Command.Count == 0) throw new AllocationAccessException("There is no command to run.");
        string directory = new TaskFiles(task).WorkingDirectory;
        if (CommandResolver.Check(request.Command[0], environment["PATH"], directory) is { } failure)
            throw new AllocationAccessException(failure.Message);
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        const string Join = "for file in $1; do echo \"$$\" >\"$file\"; done; shift; exec \"$@\"";
        string[] arguments =
            ["-w", "/bin/sh", "-c", Join, "flyball-exec", string.Join(' ', joinFiles), .. request.Command];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach ((string key, string value) in environment) start.Environment[key] = value;

        // The mark belongs to the task alone: a recovery must not take this command for it.
        start.Environment.Remove(ProcessEnvironment.StartMark);
        try
        {
            return new ProcessExec(System.Diagnostics.Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new AllocationAccessException($"The command cannot be started: {e.Message}");
        }
    }

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
            if (!process.HasExited) _ = LibC.Kill(-process.Id, 9);
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
