namespace Flyball.Cli.Connecting;

/// <summary>What the command line answers to a shell.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The server refused or the command failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself was wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server answered at the address.</summary>
    public const int Unreachable = 3;

    /// <summary>The token is missing, unknown or not allowed.</summary>
    public const int Denied = 4;

    /// <summary>What was named does not exist.</summary>
    public const int NotFound = 5;
}
