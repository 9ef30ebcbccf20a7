namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The three lists that every Compose key is in exactly one of.</summary>
internal enum KeySupport
{
    /// <summary>Does what Compose says it does.</summary>
    Supported,

    /// <summary>Accepted; a warning says what does not happen.</summary>
    Warned,

    /// <summary>An error: the service would behave differently, or less safely, without it.</summary>
    Refused,
}
