namespace Flyball.Load.Driving;

/// <summary>What a connection does.</summary>
internal enum ConnectionState
{
    /// <summary>There is none; its place is free.</summary>
    Closed,

    /// <summary>It is being opened for a request.</summary>
    Connecting,

    /// <summary>It carries a request.</summary>
    Busy,

    /// <summary>It waits for the next request.</summary>
    Idle,
}
