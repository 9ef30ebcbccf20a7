namespace Flyball.Gateway.Security.Basic;

/// <summary>What became of a password.</summary>
internal enum PasswordVerdict
{
    Right,
    Wrong,

    /// <summary>Too many are being checked, or this client has guessed too often: come again.</summary>
    Busy,
}
