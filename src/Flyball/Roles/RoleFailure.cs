namespace Flyball.Roles;

/// <summary>Ends a role with a sentence for the person who started it.</summary>
internal sealed class RoleFailure(string message, int exitCode = RoleExit.Failed, Exception? inner = null)
    : Exception(message, inner)
{
    public int ExitCode => exitCode;
}

/// <summary>What a role answers to whoever started it.</summary>
internal static class RoleExit
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
