namespace Flyball.Contracts.Scheduling;

/// <summary>Which exits are followed by a restart.</summary>
public enum RestartCondition
{
    /// <summary>Every exit.</summary>
    Any,

    /// <summary>Exits with a code other than 0, and kills.</summary>
    OnFailure,

    /// <summary>None.</summary>
    None,
}
