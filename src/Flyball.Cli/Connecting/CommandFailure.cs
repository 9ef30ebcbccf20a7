namespace Flyball.Cli.Connecting;

/// <summary>Ends a command with a message for a person and an exit code for a shell.</summary>
internal sealed class CommandFailure(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode => exitCode;
}
