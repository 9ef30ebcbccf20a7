using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Agent.Drivers.Process;
using Flyball.Contracts.Agent;
using ExecRequest = Flyball.Contracts.Agent.ExecRequest;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>A command in a container, with a terminal when one was asked for.</summary>
internal sealed class DockerExec : IExecSession
{
    /// <summary>
    /// The engine answers with the stream before it knows whether there is such a command, and then writes into it.
    /// </summary>
    private const string NotStarted = "OCI runtime exec failed";

    /// <summary>To end a command whose client has left; the engine is on this machine.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan EndPause = TimeSpan.FromMilliseconds(20);

    private readonly DockerEngine engine;
    private readonly string container;
    private readonly ExecRequest request;
    private readonly TimeProvider time;
    private readonly string id;
    private readonly MultiplexedStream stream;
    private readonly byte[] buffer = new byte[16 * 1024];
    private bool hasOutput;
    private int? refused;

    private DockerExec(
        DockerEngine engine, string container, ExecRequest request, string id, MultiplexedStream stream,
        TimeProvider time)
    {
        this.engine = engine;
        this.container = container;
        this.request = request;
        this.id = id;
        this.stream = stream;
        this.time = time;
    }

    public int? ExitCode { get; private set; }

    /// <exception cref="AllocationAccessException">The engine refused; the message says why.</exception>
    public static async ValueTask<DockerExec> StartAsync(
        DockerEngine engine, string container, ExecRequest request, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            ContainerExecCreateResponse created = await engine.Calls.Exec.CreateContainerExecAsync(
                container,
                new ContainerExecCreateParameters
                {
                    Cmd = [.. request.Command], AttachStdin = true, AttachStdout = true, AttachStderr = true, TTY =
                        request.Tty,
                },
                cancellation);
            MultiplexedStream stream = await engine.Streams.Exec.StartContainerExecAsync(
                created.ID, new ContainerExecStartParameters { TTY = request.Tty }, cancellation);
            var exec = new DockerExec(engine, container, request, created.ID, stream, time);
            await exec.ResizeAsync(request.Columns, request.Rows, cancellation);
            return exec;
        }
        catch (DockerApiException e)
        {
            throw new AllocationAccessException($"The command cannot be started: {DockerEngine.Words(e)}");
        }
        catch (Exception e) when (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested)
        {
            throw new AllocationAccessException(
                $"The command cannot be started: the engine at {engine.Address} does not answer: "
                + DockerEngine.Words(e));
        }
    }

    public async ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            byte[] copy = bytes.ToArray();
            await stream.WriteAsync(copy, 0, copy.Length, cancellation);
        }
        catch (IOException)
        {
            // The command closed its input; its exit will tell the rest.
        }
    }

    public ValueTask CloseInputAsync(CancellationToken cancellation)
    {
        stream.CloseWrite();
        return ValueTask.CompletedTask;
    }

    public async ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation)
    {
        if (!request.Tty) return;
        try
        {
            await engine.Calls.Exec.ResizeExecTtyAsync(
                id, new ContainerResizeParameters { Width = columns, Height = rows }, cancellation);
        }
        catch (DockerApiException)
        {
            // It ended meanwhile, or its terminal is not there yet; a later resize will do.
        }
    }

    public async ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation)
    {
        MultiplexedStream.ReadResult read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellation);
        if (read.EOF)
        {
            ContainerExecInspectResponse ended = await engine.Calls.Exec.InspectContainerExecAsync(id, cancellation);
            ExitCode = refused ?? (int?)ended.ExitCode;
            return null;
        }

        byte[] bytes = buffer.AsSpan(0, read.Count).ToArray();
        bool isError = read.Target == MultiplexedStream.TargetStream.StandardError;
        if (!hasOutput && Refusal(request.Command[0], Encoding.UTF8.GetString(bytes)) is { } refusal)
        {
            refused = refusal.ExitCode;
            bytes = Encoding.UTF8.GetBytes(refusal.Message + (request.Tty ? "\r\n" : "\n"));
            isError = true;
        }

        hasOutput = true;
        return new ExecOutput(isError, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (ExitCode is null) await EndAsync();
        stream.Dispose();
    }

    /// <summary>What a shell says of a command that the engine could not start; null of any other output.</summary>
    internal static AllocationAccessException? Refusal(string command, string output)
    {
        if (!output.StartsWith(NotStarted, StringComparison.Ordinal)) return null;
        bool isMissing = output.Contains("executable file not found", StringComparison.Ordinal)
            || output.Contains("no such file or directory", StringComparison.Ordinal);
        if (isMissing) return new AllocationAccessException($"{command}: not found", CommandResolver.NotFound);
        return output.Contains("permission denied", StringComparison.Ordinal)
            ? new AllocationAccessException($"{command}: not executable", CommandResolver.CannotExecute)
            : new AllocationAccessException($"{command}: {output.Trim()}", CommandResolver.CannotExecute);
    }

    /// <summary>
    /// The engine lets a command run on when its client has left. It has no call to end one, but it tells the process's
    /// id on this machine, where the command leads a session of its own.
    /// </summary>
    private async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(EndTimeout, time);
        try
        {
            // Its output may be here before the engine knows its process.
            ContainerExecInspectResponse now;
            while ((now = await engine.Calls.Exec.InspectContainerExecAsync(id, deadline.Token)).Pid == 0
                && now.ExitCode is null)
                await Task.Delay(EndPause, time, deadline.Token);
            int pid = (int)now.Pid;
            if (now.Running && pid > 0 && IsHere(pid)) TaskProcesses.KillSession(pid);
        }
        catch (Exception e) when (e is DockerApiException or OperationCanceledException || DockerEngine.IsAway(e))
        {
            // The engine went away, and with it whoever could tell the process's id.
        }
    }

    /// <summary>True when the process is the container's: an engine elsewhere tells ids of another machine.</summary>
    private bool IsHere(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cgroup").Contains(container, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
