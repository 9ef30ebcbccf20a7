namespace Flyball.Contracts.Scheduling;

/// <summary>What shall become of an allocation.</summary>
public enum DesiredState
{
    Run,

    /// <summary>Drain its endpoints, then stop it; the resource is deleted once it has stopped.</summary>
    Stop,
}
