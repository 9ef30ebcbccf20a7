namespace Flyball.Cli.Applying;

/// <summary>A project could not be applied; the message is for a person, the exit code for a shell.</summary>
public sealed class ProjectException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
