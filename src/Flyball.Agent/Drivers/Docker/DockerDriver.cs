using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;
using Flyball.Base.Work;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using ExecRequest = Flyball.Contracts.Agent.ExecRequest;
using NetworkAttachment = Flyball.Contracts.Scheduling.NetworkAttachment;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// Runs tasks as containers of the node's engine. A container lives as long as its allocation: a restart in place
/// starts the same one again, with its files and its logs.
/// </summary>
internal sealed class DockerDriver(
    DockerEngine engine, DockerImages images, DockerNetworks networks, AgentOptions options, TimeProvider time,
    IWorkers workers) : ITaskDriver
{
    /// <summary>An engine that does not answer a ping within this time is not healthy.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// When each container was last asked to start: what it wrote since is this attempt's. The engine's own time comes
    /// later than the first lines; after a restart of the agent nothing is known, and the newest lines have to do.
    /// </summary>
    private readonly ConcurrentDictionary<string, long> begun = new(StringComparer.Ordinal);

    public string Name => "docker";

    public async ValueTask<DriverInfo> FingerprintAsync(CancellationToken cancellation)
    {
        // Most machines without an engine lack its socket, and a failed dial is far dearer than this look.
        if (!engine.HasSocket) return new DriverInfo(Name, false, "", $"There is no engine at {engine.Address}.");
        using var deadline = new CancellationTokenSource(PingTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            VersionResponse version = await engine.Calls.System.GetVersionAsync(either.Token);
            return new DriverInfo(Name, true, version.Version);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new DriverInfo(
                Name, false, "", $"The engine at {engine.Address} does not answer: {DockerEngine.Words(e)}");
        }
    }

    public async ValueTask<DriverFailure?> PrepareAsync(
        TaskContext task, Action<string> progress, CancellationToken cancellation)
    {
        try
        {
            if (await images.EnsureAsync(task, progress, cancellation) is { } failure) return failure;
            await networks.EnsureAsync(task, cancellation);
            await workers.RunAsync(() => WriteContent(task), cancellation);
            return null;
        }
        catch (DockerApiException e)
        {
            return new DriverFailure($"The engine refused: {DockerEngine.Words(e)}");
        }
        catch (Exception e) when (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested)
        {
            return new DriverFailure($"The engine at {engine.Address} does not answer: {DockerEngine.Words(e)}");
        }
    }

    public async ValueTask<TaskStart> StartAsync(TaskContext task, int attempt, CancellationToken cancellation)
    {
        try
        {
            string id = await CreateAsync(task, cancellation);
            begun[id] = time.GetUtcNow().ToUnixTimeMilliseconds();
            await engine.Calls.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellation);
            return TaskStart.Ok(new TaskHandle(id, id));
        }
        catch (DockerApiException e)
        {
            string words = DockerEngine.Words(e);
            bool portTaken = words.Contains("port is already allocated", StringComparison.Ordinal) ||
                words.Contains("address already in use", StringComparison.Ordinal);
            bool noCommand = words.Contains("executable file not found", StringComparison.Ordinal) ||
                (words.Contains("exec:", StringComparison.Ordinal)
                    && words.Contains("no such file", StringComparison.Ordinal));
            bool isFixed = task.Spec.Ports.Any(p => p.HostPort is not null);
            return new TaskStart(
                null, new DriverFailure($"The container cannot be started: {words}", IsPermanent: noCommand,
                    IsPortTaken: portTaken && !isFixed));
        }
    }

    public async ValueTask<TaskRecovery> RecoverAsync(
        TaskContext task, int attempt, TaskHandle? handle, CancellationToken cancellation)
    {
        networks.Keep(task);
        try
        {
            ContainerInspectResponse? found = await engine.FindAsync(
                handle?.Data ?? ContainerPlan.Name(task), cancellation);
            if (found is null && handle is null) return new TaskRecovery(RecoveryKind.NeverStarted);
            if (found is null)
                return new TaskRecovery(
                    RecoveryKind.Exited, Exit: new TaskExit(null, Message: "its container is gone"));
            await networks.EnsureAsync(task, cancellation);
            if (found.State is { Running: true } or { Restarting: true } or { Paused: true })
                return new TaskRecovery(RecoveryKind.Alive, new TaskHandle(found.ID, found.ID));
            return found.State!.Status == "created"
                ? new TaskRecovery(RecoveryKind.NeverStarted)
                : new TaskRecovery(RecoveryKind.Exited, Exit: await ExitAsync(found, cancellation));
        }
        catch (Exception e) when (DockerEngine.IsAway(e) && !cancellation.IsCancellationRequested)
        {
            return new TaskRecovery(
                RecoveryKind.Unavailable, Message: $"The engine at {engine.Address} does not answer.");
        }
    }

    public async Task<TaskExit> WaitAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        try
        {
            await engine.Streams.Containers.WaitContainerAsync(handle.Data, cancellation);
        }
        catch (DockerContainerNotFoundException)
        {
            return new TaskExit(null, Message: "its container was removed by somebody");
        }

        ContainerInspectResponse? found = await engine.FindAsync(handle.Data, cancellation);
        if (found is { State: { Running: true } })
            throw new IOException("The engine ended the wait, but the container runs.");
        return found is null
            ? new TaskExit(null, Message: "its container was removed by somebody")
            : await ExitAsync(found, cancellation);
    }

    public async ValueTask StopAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation) =>
        await SignalAsync(handle, task.Spec.StopSignal, cancellation);

    public async ValueTask KillAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation) =>
        await SignalAsync(handle, "SIGKILL", cancellation);

    public async ValueTask<TaskUsage?> UsageAsync(
        TaskContext task, TaskHandle handle, CancellationToken cancellation) =>
        await DockerUsage.ReadAsync(engine, handle.Data, cancellation);

    public async ValueTask<ProbeResult?> OwnHealthAsync(
        TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        ContainerInspectResponse? found = await engine.FindAsync(handle.Data, cancellation);
        if (found?.State?.Health is not { } health) return new ProbeResult(false, "the image has no health check");
        string words = health.Log?.LastOrDefault()?.Output?.Trim() ?? "";
        return health.Status switch
        {
            "healthy" => ProbeResult.Ok,
            "unhealthy" => new ProbeResult(false, words.Length > 200 ? words[..200] : words),
            _ => null,
        };
    }

    public IAsyncEnumerable<LogLine> LogsAsync(TaskContext task, LogRequest request, CancellationToken cancellation) =>
        new DockerLogs(engine, ContainerPlan.Name(task), time).ReadAsync(request, cancellation);

    public async ValueTask<IExecSession> ExecAsync(
        TaskContext task, TaskHandle handle, ExecRequest request, CancellationToken cancellation) =>
        await DockerExec.StartAsync(engine, handle.Data, request, time, cancellation);

    public async ValueTask ReleaseAsync(TaskContext task, CancellationToken cancellation)
    {
        if (await engine.FindAsync(ContainerPlan.Name(task), cancellation) is { } found)
        {
            await engine.RemoveAsync(found.ID, cancellation);
            begun.TryRemove(found.ID, out _);
        }

        await networks.ReleaseAsync(task, cancellation);
    }

    public async ValueTask CleanUpAsync(TaskContext task, CancellationToken cancellation)
    {
        await ReleaseAsync(task, cancellation);
        await workers.RunAsync(
            () =>
            {
                if (Directory.Exists(task.Directory)) Directory.Delete(task.Directory, recursive: true);
            },
            cancellation);
    }

    /// <summary>The allocation's container: the one that is there, unless its ports are others by now.</summary>
    private async Task<string> CreateAsync(TaskContext task, CancellationToken cancellation)
    {
        string name = ContainerPlan.Name(task);
        ContainerInspectResponse? found = await engine.FindAsync(name, cancellation);
        if (found is not null)
        {
            bool same = found.Config?.Labels is { } labels
                && labels.TryGetValue(DockerLabels.Ports, out string? ports) &&
                ports == ContainerPlan.PortsLabel(task.Ports);
            if (same) return found.ID;
            await engine.RemoveAsync(found.ID, cancellation);
        }

        string? telemetry = await networks.EnsureAsync(task, cancellation);
        CreateContainerResponse created = await engine.Calls.Containers.CreateContainerAsync(
            ContainerPlan.Of(task, DockerImages.Reference(task), options, ContentDirectory(task), telemetry),
            cancellation);
        if (ContainerPlan.UsesNetworks(task.Spec))
        {
            foreach (NetworkAttachment network in ContainerPlan.Networks(task).Skip(1))
            {
                await engine.Calls.Networks.ConnectNetworkAsync(
                    network.Network,
                    new NetworkConnectParameters
                        { Container = created.ID, EndpointConfig = new EndpointSettings
                        { Aliases = [.. network.Aliases] } },
                    cancellation);
            }
        }

        return created.ID;
    }

    private async Task SignalAsync(TaskHandle handle, string signal, CancellationToken cancellation)
    {
        try
        {
            await engine.Calls.Containers.KillContainerAsync(
                handle.Data, new ContainerKillParameters { Signal = signal }, cancellation);
        }
        catch (DockerContainerNotFoundException)
        {
            // Gone: its wait says so.
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // It is not running any more.
        }
    }

    /// <summary>The exit in the engine's words; where it has none, in the task's own last ones.</summary>
    private async ValueTask<TaskExit> ExitAsync(ContainerInspectResponse found, CancellationToken cancellation)
    {
        State state = found.State!;
        string words = state.Error ?? "";
        if (words.Length == 0 && state.ExitCode != 0)
        {
            long? since = begun.TryGetValue(found.ID, out long beganUnixMs) ? beganUnixMs : null;
            words = await new DockerLogs(engine, found.ID, time).LastWordsAsync(since, cancellation);
        }

        return new TaskExit((int)state.ExitCode, state.OOMKilled, words);
    }

    private static string ContentDirectory(TaskContext task) => Path.Combine(task.Directory, "content");

    /// <summary>
    /// Configs and secrets as files with their modes; directories of missing bind mounts as the engine's own client
    /// makes them.
    /// </summary>
    private static void WriteContent(TaskContext task)
    {
        string directory = ContentDirectory(task);
        Directory.CreateDirectory(directory);
        for (int i = 0; i < task.Spec.Mounts.Count; i++)
        {
            MountSpec mount = task.Spec.Mounts[i];
            if (mount is { Kind: MountKind.Bind, Source: { } source } && !Path.Exists(source))
                Directory.CreateDirectory(source);
            if (mount.Kind != MountKind.Content) continue;
            string path = ContainerPlan.ContentPath(directory, i);
            byte[] bytes = Convert.FromBase64String(mount.ContentBase64 ?? "");

            // Written in place: a running container has this very file mounted.
            var open = new FileStreamOptions
                { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = (UnixFileMode)mount.Mode };
            using var file = new FileStream(path, open);
            file.SetLength(0);
            file.Write(bytes);
        }
    }
}
