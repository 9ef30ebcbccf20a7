namespace Flyball.Cli.Applying;

/// <summary>What <c>apply</c> was asked to do.</summary>
public sealed record ApplyRequest
{
    /// <summary>Paths of Compose files, merged in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public string? Project { get; init; }

    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Null takes <c>.env</c> beside the first file, if there is one.</summary>
    public string? EnvFile { get; init; }

    public bool DryRun { get; init; }
}
