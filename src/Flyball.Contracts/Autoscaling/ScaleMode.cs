namespace Flyball.Contracts.Autoscaling;

/// <summary>What a policy may do.</summary>
public enum ScaleMode
{
    /// <summary>Nothing is decided; the replicas stay as they are.</summary>
    Off,

    /// <summary>What would be done is recorded, nothing is done.</summary>
    Advise,

    /// <summary>The replicas follow the policy.</summary>
    Act,
}
