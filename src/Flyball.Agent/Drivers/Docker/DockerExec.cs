using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Contracts.Agent;
using ExecRequest = Flyball.Contracts.Agent.ExecRequest;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>A command in a container, with a terminal when one was asked for.</summary>
internal sealed class DockerExec : IExecSession
{
    private readonly DockerEngine engine;
    private readonly string id;
    private readonly bool tty;
    private readonly MultiplexedStream stream;
    private readonly byte[] buffer = new byte[16 * 1024];

    private DockerExec(DockerEngine engine, string id, bool tty, MultiplexedStream stream)
    {
        this.engine = engine;
        this.id = id;
        this.tty = tty;
        this.stream = stream;
    }

    public int? ExitCode { get; private set; }

    /// <exception cref="AllocationAccessException">The engine refused; the message says why.</exception>
    public static async ValueTask<DockerExec> StartAsync(
        DockerEngine engine, string container, ExecRequest request, CancellationToken cancellation)
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
            var exec = new DockerExec(engine, created.ID, request.Tty, stream);
            await exec.ResizeAsync(request.Columns, request.Rows, cancellation);
            return exec;
        }
        catch (Exception e) when (e is DockerApiException
            || (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested))
        {
            throw new AllocationAccessException($"The command cannot be started: {DockerEngine.Words(e)}");
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
        if (!tty) return;
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
        if (!read.EOF)
            return new ExecOutput(
                read.Target == MultiplexedStream.TargetStream.StandardError, buffer.AsSpan(0, read.Count).ToArray());
        ContainerExecInspectResponse ended = await engine.Calls.Exec.InspectContainerExecAsync(id, cancellation);
        ExitCode = (int?)ended.ExitCode;
        return null;
    }

    public ValueTask DisposeAsync()
    {
        stream.Dispose();
        return ValueTask.CompletedTask;
    }
}
