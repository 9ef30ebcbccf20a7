namespace Flyball.Scheduling.Placement;

/// <summary>Why a node cannot run an allocation.</summary>
internal enum RejectionCause
{
    /// <summary>Its session is down or it is lost.</summary>
    NodeNotReady,

    /// <summary>It has no such driver, or the driver's engine does not answer.</summary>
    DriverMissing,

    /// <summary>A placement constraint of the workload does not hold.</summary>
    ConstraintUnmet,

    /// <summary>Another allocation holds a fixed port of the node.</summary>
    PortTaken,

    /// <summary>Too few CPU cores are left to set aside.</summary>
    CpuShort,

    /// <summary>Too little memory is left to set aside.</summary>
    MemoryShort,
}
