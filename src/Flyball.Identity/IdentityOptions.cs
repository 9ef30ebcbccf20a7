namespace Flyball.Identity;

/// <summary>Where the first tokens go.</summary>
public sealed record IdentityOptions
{
    /// <summary>The admin token's file, mode 0600; written once, at the first start.</summary>
    public required string AdminTokenFile { get; init; }

    /// <summary>The join token's file for agents and gateways, mode 0600.</summary>
    public required string JoinTokenFile { get; init; }
}
