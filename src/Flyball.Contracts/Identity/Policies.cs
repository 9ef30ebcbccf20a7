namespace Flyball.Contracts.Identity;

/// <summary>The named authorisation policies that every door of every module uses.</summary>
public static class Policies
{
    /// <summary>May look: lists, watches, logs.</summary>
    public const string Read = "read";

    /// <summary>May change desired state: apply, scale, restart, stop, remove, exec.</summary>
    public const string Write = "write";

    /// <summary>May do anything, backup and restore included.</summary>
    public const string Admin = "admin";

    /// <summary>An agent, a gateway or another server.</summary>
    public const string Control = "control";
}
