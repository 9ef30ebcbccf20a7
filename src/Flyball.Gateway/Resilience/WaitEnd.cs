namespace Flyball.Gateway.Resilience;

/// <summary>How a wait for an endpoint ended.</summary>
internal enum WaitEnd
{
    /// <summary>An endpoint was picked, and is counted in.</summary>
    Served,

    /// <summary>The time was up.</summary>
    Expired,

    /// <summary>Too many wait already.</summary>
    Full,

    /// <summary>The client is gone.</summary>
    ClientGone,

    /// <summary>There is nothing to wait for any more.</summary>
    Hopeless,

    /// <summary>The gateway stops.</summary>
    Stopping,
}
