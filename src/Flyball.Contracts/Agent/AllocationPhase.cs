namespace Flyball.Contracts.Agent;

/// <summary>The life of an allocation on its node.</summary>
public enum AllocationPhase
{
    /// <summary>Assigned; the agent has not acted yet.</summary>
    Pending,

    /// <summary>The image is pulled or built, networks and volumes are made.</summary>
    Preparing,

    /// <summary>The task was started; its health is not known yet.</summary>
    Starting,

    Running,

    /// <summary>It exited and waits for its next start.</summary>
    BackingOff,

    /// <summary>Its endpoints drain, or the stop signal was sent.</summary>
    Stopping,

    /// <summary>Stopped because that was desired.</summary>
    Stopped,

    /// <summary>It exited with code 0 and its policy says not to start it again.</summary>
    Completed,

    /// <summary>It cannot be started, or its restarts are used up.</summary>
    Failed,

    /// <summary>Its node is lost; written by the server.</summary>
    Lost,
}
