namespace Flyball.Contracts.Agent;

/// <summary>Whether a node can be counted on.</summary>
public enum NodeState
{
    /// <summary>Its session lives.</summary>
    Ready,

    /// <summary>
    /// Its session ended a short time ago: nothing new is placed there, what runs there is left alone.
    /// </summary>
    Disconnected,

    /// <summary>It was away for longer than the deadline: its allocations are replaced elsewhere.</summary>
    Lost,
}
