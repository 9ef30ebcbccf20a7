using System.Collections;
using Flyball.Agent.Drivers.Process.Cgroups;
using Flyball.Agent.Logs;
using Flyball.Base.Work;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process;

/// <summary>Runs tasks as plain processes of this machine, each in its own session and control group.</summary>
internal sealed class ProcessDriver(
    AgentOptions options, ICgroups cgroups, LogPump logs, ExitWatcher exits, ILinkEnvironment links, TimeProvider time,
    IWorkers workers)
    : ITaskDriver
{
    /// <summary>
    /// Processes and threads of a task at most unless its spec says otherwise: a fork bomb stops there.
    /// </summary>
    public const int PidsLimitDefault = 4096;

    private readonly Supervisor supervisor = new(cgroups, time);

    public string Name => "process";

    public ValueTask<DriverInfo> FingerprintAsync(CancellationToken cancellation)
    {
        string? missing = CommandResolver.Check("setsid", OwnPath(), "/")?.Message
            ?? CommandResolver.Check("/bin/sh", "", "/")?.Message;
        return new(new DriverInfo(Name, missing is null, "1", missing ?? ""));
    }

    public async ValueTask<DriverFailure?> PrepareAsync(
        TaskContext task, Action<string> progress, CancellationToken cancellation)
    {
        if (task.Spec.Entrypoint.Count + task.Spec.Command.Count == 0)
            return new DriverFailure("A process needs a command.", IsPermanent: true);
        if (Signals.Parse(task.Spec.StopSignal) is null)
            return new DriverFailure($"The stop signal {task.Spec.StopSignal} is not known.", IsPermanent: true);
        if (task.Spec.Mounts.FirstOrDefault(m => m.Kind != MountKind.Content) is { } mount)
            progress($"The mount on {mount.Target} is not applied: a process sees the node's own files.");
        return await workers.RunAsync(() => Prepare(task, progress), cancellation);
    }

    public async ValueTask<TaskStart> StartAsync(TaskContext task, int attempt, CancellationToken cancellation)
    {
        try
        {
            SortedDictionary<string, string> environment = Environment(task, attempt);
            AllocationLog log = logs.Open(task.Directory);
            (string, string) output = await workers.RunAsync(() => log.Begin(attempt), cancellation);
            return await supervisor.StartAsync(task, attempt, environment, output, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TaskStart.Failed($"The task's files cannot be written: {e.Message}");
        }
    }

    public async ValueTask<TaskRecovery> RecoverAsync(
        TaskContext task, int attempt, TaskHandle? handle, CancellationToken cancellation)
    {
        _ = logs.Open(task.Directory);
        ProcessHandle? known = handle is null
            ? await workers.RunAsync(() => Supervisor.Find(task, attempt), cancellation)
            : ProcessHandle.Parse(handle);
        if (known is null && new TaskFiles(task).ExitCode(attempt) is null)
            return new TaskRecovery(RecoveryKind.NeverStarted);
        if (known is not null && known.BootId == ProcessHandle.CurrentBootId()
            && (known.Supervisor.IsAlive || known.Task.IsAlive))
        {
            // Killed between the shell's start and the task's: the shell needs a moment to write the task's id.
            for (int i = 0; known.Task.Pid == 0 && known.Supervisor.IsAlive && i < 500; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
                if (new TaskFiles(task).TaskPid(attempt) is { } pid)
                    known = known with { Task = ProcessIdentity.Of(pid) };
            }

            return new TaskRecovery(RecoveryKind.Alive, known.ToTaskHandle());
        }

        TaskExit exit = await workers.RunAsync(() => Finish(task, attempt, known), cancellation);
        return new TaskRecovery(RecoveryKind.Exited, Exit: exit);
    }

    public async Task<TaskExit> WaitAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        ProcessHandle process = ProcessHandle.Parse(handle);
        await exits.WhenExitedAsync(process.Supervisor, cancellation);

        // Somebody killed the shell alone: the task goes on, only its exit code will not be known.
        await exits.WhenExitedAsync(process.Task, cancellation);
        return await workers.RunAsync(() => Finish(task, process.Attempt, process), cancellation);
    }

    public ValueTask StopAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        TaskProcesses.Signal(ProcessHandle.Parse(handle), Signals.Parse(task.Spec.StopSignal) ?? 15);
        return ValueTask.CompletedTask;
    }

    public async ValueTask KillAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation) =>
        await workers.RunAsync(() =>
            TaskProcesses.KillAll(ProcessHandle.Parse(handle), task.Id, () => cgroups.Pids(task.Id)), cancellation);

    public async ValueTask<TaskUsage?> UsageAsync(TaskContext task, TaskHandle handle, CancellationToken cancellation)
    {
        ProcessHandle process = ProcessHandle.Parse(handle);
        return await workers.RunAsync<TaskUsage?>(
            () =>
            {
                if (!process.Task.IsAlive) return null;
                // Nobody leaves a group by himself, so where there is one, the rest of /proc need not be read.
                IReadOnlyList<int> members = cgroups.Pids(task.Id);
                if (members.Count == 0) members = TaskProcesses.Members(process.Supervisor, [], _ => true);
                TaskUsage known = ProcessUsage.Sum(members.Where(pid => pid != process.Supervisor.Pid));
                return cgroups.Usage(task.Id, known) with
                    { MemoryLimitBytes = task.Spec.Resources.MemoryLimitBytes ?? 0 };
            },
            cancellation);
    }

    public ValueTask<ProbeResult?> OwnHealthAsync(
        TaskContext task, TaskHandle handle, CancellationToken cancellation) => new((ProbeResult?)null);

    public IAsyncEnumerable<LogLine> LogsAsync(TaskContext task, LogRequest request, CancellationToken cancellation)
    {
        AllocationLog log = logs.Open(task.Directory);
        log.Pump(time.GetUtcNow().ToUnixTimeMilliseconds());
        return new LogReader(log.LogDirectory, time, workers)
            .ReadAsync(request, () => !Directory.Exists(log.LogDirectory), cancellation);
    }

    public ValueTask<IExecSession> ExecAsync(
        TaskContext task, TaskHandle handle, ExecRequest request, CancellationToken cancellation)
    {
        ProcessHandle process = ProcessHandle.Parse(handle);
        return new(ExecStart.Begin(
            task, request, Environment(task, process.Attempt), cgroups.JoinFiles(task.Id), time));
    }

    public async ValueTask ReleaseAsync(TaskContext task, CancellationToken cancellation) =>
        await workers.RunAsync(() => cgroups.Remove(task.Id), cancellation);

    public async ValueTask CleanUpAsync(TaskContext task, CancellationToken cancellation) =>
        await workers.RunAsync(
            () =>
            {
                logs.Close(task.Directory);
                cgroups.Remove(task.Id);
                if (Directory.Exists(task.Directory)) Directory.Delete(task.Directory, recursive: true);
            },
            cancellation);

    private DriverFailure? Prepare(TaskContext task, Action<string> progress)
    {
        var files = new TaskFiles(task);
        try
        {
            Directory.CreateDirectory(files.Work);
            files.WriteContent();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new DriverFailure($"The task's files cannot be written: {e.Message}");
        }

        string path = task.Spec.Environment.TryGetValue("PATH", out string? own) ? own : OwnPath();
        foreach (string command in Supervisor.Command(task).Take(1))
        {
            if (CommandResolver.Check(command, path, files.WorkingDirectory) is { } failure) return failure;
        }

        var problems = new List<string>();
        cgroups.Create(task.Id, task.Spec.Resources, problems);
        bool asked = task.Spec.Resources is not { CpuLimit: null, MemoryLimitBytes: null, PidsLimit: null };
        if (problems.Count > 0 && asked) progress($"Limits do not hold: {string.Join("; ", problems)}.");
        return null;
    }

    /// <summary>
    /// After the end of an attempt: whatever it left behind is killed, its last output kept, its exit told.
    /// </summary>
    private TaskExit Finish(TaskContext task, int attempt, ProcessHandle? process)
    {
        if (process is not null) TaskProcesses.KillAll(process, task.Id, () => cgroups.Pids(task.Id));
        AllocationLog log = logs.Open(task.Directory);
        log.Finish(attempt, time.GetUtcNow().ToUnixTimeMilliseconds());
        int? code = new TaskFiles(task).ExitCode(attempt);
        bool outOfMemory = code is not 0 && cgroups.OutOfMemoryKills(task.Id) > 0;
        cgroups.Remove(task.Id);
        string words = code is 0 ? "" : new LogReader(log.LogDirectory, time, workers).ReadLastWords(attempt);
        return new TaskExit(code, outOfMemory, words);
    }

    private SortedDictionary<string, string> Environment(TaskContext task, int attempt)
    {
        IEnumerable<KeyValuePair<string, string>> own =
            System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(e => new KeyValuePair<string, string>((string)e.Key, (string?)e.Value ?? ""));
        SortedDictionary<string, string> environment = ProcessEnvironment.Build(
            task, attempt, own, options.OtlpGrpc, links);
        environment["FLYBALL_FILES"] = new TaskFiles(task).Content;
        return environment;
    }

    private static string OwnPath() => System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
}
