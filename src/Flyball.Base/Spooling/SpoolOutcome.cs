namespace Flyball.Base.Spooling;

/// <summary>Whether a spool has taken a record.</summary>
public enum SpoolOutcome
{
    /// <summary>It is on disk; with a durable append it survives a power loss.</summary>
    Kept,

    /// <summary>Too many bytes wait to be written. Repeat later.</summary>
    Busy,

    /// <summary>The disk refuses. Repeat later.</summary>
    DiskRefused,

    /// <summary>It is larger than any record may be.</summary>
    TooLarge,
}
