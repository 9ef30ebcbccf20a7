using System.Diagnostics;
using System.Globalization;
using Flyball.Agent.Drivers.Process.Cgroups;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// Starts a task below a small shell in a session of its own, and finds it again. The shell, not the agent, waits for
/// the task and writes its exit code, so the agent may die at any moment.
/// </summary>
internal sealed class Supervisor(ICgroups cgroups, TimeProvider time)
{
    /// <summary>How long a start may take until the task's process id is known; it usually is within 10 ms.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    private static readonly string Script = ReadScript();

    public async ValueTask<TaskStart> StartAsync(
        TaskContext task, int attempt, SortedDictionary<string, string> environment, (string Out, string Error) output,
        CancellationToken cancellation)
    {
        var files = new TaskFiles(task);
        string run = files.BeginRun(attempt);
        ProcessStartInfo start = Describe(task, environment, run, output);
        int supervisor;
        try
        {
            using var process = System.Diagnostics.Process.Start(start)
                ?? throw new InvalidOperationException("BUG: a process was not started anew.");
            supervisor = process.Id;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return TaskStart.Failed($"The task cannot be started: {e.Message}");
        }

        ProcessIdentity identity = ProcessIdentity.Of(supervisor);
        long began = time.GetTimestamp();
        while (files.TaskPid(attempt) is null)
        {
            if (!identity.IsAlive && files.TaskPid(attempt) is null)
                return TaskStart.Failed(
                    "The task's shell ended before the task began: is its directory writable and the disk not full?");
            if (time.GetElapsedTime(began) > StartTimeout)
            {
                _ = LibC.Kill(-supervisor, 9);
                return TaskStart.Failed($"The task did not begin within {StartTimeout.TotalSeconds:0} s.");
            }

            await Task.Delay(PollInterval, time, cancellation);
        }

        var handle = new ProcessHandle(
            attempt, ProcessIdentity.Of(files.TaskPid(attempt)!.Value), identity, ProcessHandle.CurrentBootId());
        return TaskStart.Ok(handle.ToTaskHandle());
    }

    /// <summary>
    /// Finds a start whose handle was never written down: by the ids that the shell wrote, and before it wrote any by
    /// the mark in its environment.
    /// </summary>
    public static ProcessHandle? Find(TaskContext task, int attempt)
    {
        var files = new TaskFiles(task);
        string mark = $"{ProcessEnvironment.StartMark}={task.Nonce(attempt)}";
        int? supervisor = files.SupervisorPid(attempt);
        if (supervisor is not { } written || !ProcStat.HasEnvironment(written, mark))
        {
            supervisor = null;
            foreach (int pid in ProcStat.AllPids())
            {
                // Its session's leader is the shell; the task itself and its children carry the mark as well.
                if (ProcStat.TryRead(pid, out ProcStat stat) && stat.Session == pid
                    && ProcStat.HasEnvironment(pid, mark)) supervisor = pid;
            }
        }

        int? taskPid = files.TaskPid(attempt);
        if (supervisor is null && (taskPid is not { } orphan || !ProcStat.HasEnvironment(orphan, mark))) return null;
        return new ProcessHandle(
            attempt,
            taskPid is { } known && ProcStat.HasEnvironment(known, mark) ? ProcessIdentity.Of(known) : default,
            supervisor is { } leader ? ProcessIdentity.Of(leader) : default,
            ProcessHandle.CurrentBootId());
    }

    private ProcessStartInfo Describe(
        TaskContext task, SortedDictionary<string, string> environment, string run, (string Out, string Error) output)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = new TaskFiles(task).WorkingDirectory };
        string[] arguments =
        [
            .. InheritedSignals.Prefix, "/bin/sh", "-c", Script, "flyball-supervisor", run, output.Out, output.Error,
            string.Join(' ', cgroups.JoinFiles(task.Id)), Limits(task.Spec.Resources), .. Command(task),
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach ((string key, string value) in environment) start.Environment[key] = value;
        return start;
    }

    public static IReadOnlyList<string> Command(TaskContext task)
    {
        SortedDictionary<string, string> ports = PortVariables.Of(task.Ports);
        IEnumerable<string> command = task.Spec.Entrypoint.Concat(task.Spec.Command)
            .Select(a => PortVariables.Expand(a, ports));
        return [.. AsUser(task.Spec.User), .. command];
    }

    /// <summary>As Compose writes users: <c>user</c>, <c>uid</c> or <c>uid:gid</c>.</summary>
    public static string[] AsUser(string? user)
    {
        if (string.IsNullOrEmpty(user)) return [];
        string[] parts = user.Split(':', 2);
        string group = parts.Length > 1 ? parts[1] : parts[0];
        return ["setpriv", $"--reuid={parts[0]}", $"--regid={group}", "--clear-groups", "--"];
    }

    /// <summary>
    /// The limits that a POSIX shell sets in plain numbers; the others need units that differ between shells.
    /// </summary>
    private static string Limits(ResourceLimits limits)
    {
        var parts = new List<string>();
        foreach ((string name, string value) in limits.Ulimits)
        {
            string? flag = name switch { "nofile" => "n", "nproc" => "p", "cpu" => "t", _ => null };
            string[] numbers = value.Split(':');
            if (flag is null || !Array.TrueForAll(numbers, n => long.TryParse(n, CultureInfo.InvariantCulture, out _)))
                continue;
            parts.Add($"{flag} {numbers[0]} {numbers[^1]}");
        }

        return string.Join(',', parts);
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(Supervisor).Assembly.GetManifestResourceStream("supervisor.sh")
            ?? throw new InvalidOperationException("BUG: the supervisor's script is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
