namespace Flyball.Contracts.Agent;

/// <summary>An allocation could not be reached, or could not do what was asked; the message says why.</summary>
/// <param name="exitCode">
/// Of a command that was never started, what a shell says instead: 127 not found, 126 not executable; null otherwise.
/// </param>
public sealed class AllocationAccessException(string message, int? exitCode = null) : Exception(message)
{
    /// <summary>The exit code of a command that was never started; null when it is not known to be at fault.</summary>
    public int? ExitCode => exitCode;
}
