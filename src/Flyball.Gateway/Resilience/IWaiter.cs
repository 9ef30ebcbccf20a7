namespace Flyball.Gateway.Resilience;

/// <summary>A request that waits until there is an endpoint with room for it.</summary>
internal interface IWaiter
{
    /// <summary>What it waits for.</summary>
    IRoom Room { get; }

    /// <summary>Bytes of the request that this process holds while it waits, at most.</summary>
    long HeldBytes { get; }

    /// <summary>It has left the line and shall look again; on whichever thread made the room.</summary>
    void Wake();
}
