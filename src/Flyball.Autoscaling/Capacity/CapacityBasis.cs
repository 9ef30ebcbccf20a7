namespace Flyball.Autoscaling.Capacity;

/// <summary>What a capacity estimate rests on.</summary>
internal enum CapacityBasis
{
    /// <summary>Nothing usable was seen yet.</summary>
    Unknown,

    /// <summary>The user stated it.</summary>
    Stated,

    /// <summary>The utilisation law: CPU would be the first to run out.</summary>
    Utilisation,

    /// <summary>The latency curve: the objective would be missed before CPU runs out.</summary>
    Latency,
}
