namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>How a connection to a local port ended.</summary>
internal enum RelayOutcome
{
    /// <summary>Both sides have said their end.</summary>
    Ended,

    /// <summary>One side broke it off.</summary>
    Broken,

    /// <summary>No back end was known for as long as a connection waits.</summary>
    NoBackEnd,

    /// <summary>None of those that were tried could be reached.</summary>
    Unreached,

    /// <summary>It carried nothing for too long.</summary>
    Idle,

    /// <summary>The port has as many as it may have.</summary>
    ConnectionsMax,

    /// <summary>This machine has no descriptors, ports or memory left.</summary>
    Exhausted,
}
