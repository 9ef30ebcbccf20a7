using System.Diagnostics;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// Starts a command beside a process task: with its environment, working directory, user and control group, in a
/// session of its own, with a terminal when one was asked for.
/// </summary>
internal static class ExecStart
{
    /// <summary>
    /// Arguments: the terminal's path or nothing, cgroup.procs files, the command. A session's leader without a
    /// terminal gets the one that it opens first as its own, and with it Ctrl-C and the window's size.
    /// </summary>
    private const string Script =
        """
        [ -z "$1" ] || exec <>"$1" >&0 2>&0
        for file in $2; do echo "$$" >"$file"; done
        shift 2
        exec "$@"
        """;

    /// <summary>What programs need to know of a terminal that they are not told about.</summary>
    private const string TerminalKind = "xterm";

    /// <exception cref="AllocationAccessException">The command cannot be started; the message says why.</exception>
    public static IExecSession Begin(
        TaskContext task, ExecRequest request, SortedDictionary<string, string> environment,
        IReadOnlyList<string> joinFiles, TimeProvider time)
    {
        if (request.Command.Count == 0) throw new AllocationAccessException("There is no command to run.");
        string directory = new TaskFiles(task).WorkingDirectory;
        if (CommandResolver.Refusal(request.Command[0], environment["PATH"], directory) is { } refusal) throw refusal;

        // The mark belongs to the task alone: a recovery must not take this command for it.
        environment.Remove(ProcessEnvironment.StartMark);
        string[] command = [.. Supervisor.AsUser(task.Spec.User), .. request.Command];
        if (!request.Tty) return new ProcessExec(Start(directory, environment, "", joinFiles, command));
        environment.TryAdd("TERM", TerminalKind);
        PseudoTerminal terminal = OpenTerminal(request);
        try
        {
            return new TerminalExec(
                Start(directory, environment, terminal.Path, joinFiles, command), terminal, time);
        }
        catch (AllocationAccessException)
        {
            terminal.Dispose();
            throw;
        }
    }

    private static PseudoTerminal OpenTerminal(ExecRequest request)
    {
        try
        {
            var terminal = new PseudoTerminal();
            terminal.Resize(request.Columns, request.Rows);
            return terminal;
        }
        catch (IOException e)
        {
            throw new AllocationAccessException($"The node has no terminal to give: {e.Message}");
        }
    }

    private static System.Diagnostics.Process Start(
        string directory, SortedDictionary<string, string> environment, string terminal,
        IReadOnlyList<string> joinFiles, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-w", .. InheritedSignals.Prefix, "/bin/sh", "-c", Script, "flyball-exec", terminal,
            string.Join(' ', joinFiles), .. command,
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach ((string key, string value) in environment) start.Environment[key] = value;
        try
        {
            return System.Diagnostics.Process.Start(start)
                ?? throw new InvalidOperationException("BUG: a process was not started anew.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new AllocationAccessException($"The command cannot be started: {e.Message}");
        }
    }
}
