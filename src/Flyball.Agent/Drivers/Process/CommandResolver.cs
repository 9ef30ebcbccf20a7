using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>Finds a command as a shell would, so that what is wrong with it can be said before it is started.</summary>
internal static class CommandResolver
{
    /// <summary>What a shell exits with when there is no such command.</summary>
    public const int NotFound = 127;

    /// <summary>What a shell exits with when there is such a file, but it cannot be run.</summary>
    public const int CannotExecute = 126;

    private const int Executable = 1;

    /// <summary>The failure, or null when the command can be started.</summary>
    public static DriverFailure? Check(string command, string path, string workingDirectory)
    {
        if (!Directory.Exists(workingDirectory))
            return new DriverFailure($"The working directory {workingDirectory} does not exist.", IsPermanent: true);
        if (command.Contains('/', StringComparison.Ordinal))
        {
            string full = Path.GetFullPath(command, workingDirectory);
            return Problem(full) is { } problem ? new DriverFailure($"The command {full} {problem}.", IsPermanent: true)
                : null;
        }

        string? near = null;
        foreach (string directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string full = Path.Combine(directory, command);
            string? problem = Problem(full);
            if (problem is null) return null;
            if (File.Exists(full)) near ??= $"The command {full} {problem}.";
        }

        return new DriverFailure(
            near ?? $"The command \"{command}\" was not found in PATH ({path}).", IsPermanent: true);
    }

    /// <summary>As a shell answers to a command that it cannot start; null when it can be started.</summary>
    public static AllocationAccessException? Refusal(string command, string path, string workingDirectory)
    {
        if (Check(command, path, workingDirectory) is not { } failure) return null;
        if (!Directory.Exists(workingDirectory)) return new AllocationAccessException(failure.Message, CannotExecute);
        bool isThere = command.Contains('/', StringComparison.Ordinal)
            ? Path.Exists(Path.GetFullPath(command, workingDirectory))
            : path.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(d => File.Exists(Path.Combine(d, command)));
        return isThere
            ? new AllocationAccessException($"{command}: not executable", CannotExecute)
            : new AllocationAccessException($"{command}: not found", NotFound);
    }

    private static string? Problem(string path)
    {
        if (Directory.Exists(path)) return "is a directory";
        if (!File.Exists(path)) return "does not exist";
        return LibC.Access(path, Executable) == 0 ? null : "is not executable (chmod +x it)";
    }
}
