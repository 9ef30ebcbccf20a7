namespace Flyball.Agent;

/// <summary>How the server keeps sessions with agents.</summary>
public sealed record AgentSessionOptions
{
    /// <summary>How often an agent tells that it lives. Default 2 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Heartbeats that may fail to come in a row before the session counts as dead. Default 3.</summary>
    public int HeartbeatsMissedMax { get; init; } = 3;

    /// <summary>A node away for longer is lost, and its allocations are replaced elsewhere. Default 30 s.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an agent may take to dial a stream for logs or a command. Default 10 s.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
