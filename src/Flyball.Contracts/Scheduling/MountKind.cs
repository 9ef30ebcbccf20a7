namespace Flyball.Contracts.Scheduling;

/// <summary>Where a mount's bytes come from.</summary>
public enum MountKind
{
    /// <summary>A named or anonymous volume of the engine.</summary>
    Volume,

    /// <summary>A path of the node.</summary>
    Bind,

    /// <summary>Memory, gone with the allocation.</summary>
    Tmpfs,

    /// <summary>A config or secret given in the manifest, written by the agent with the mode asked for.</summary>
    Content,
}
