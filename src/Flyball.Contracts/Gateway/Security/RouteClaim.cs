namespace Flyball.Contracts.Gateway.Security;

/// <summary>What a token must say.</summary>
public sealed record RouteClaim
{
    public required string Name { get; init; }

    /// <summary>
    /// The claim, or one of its values where it is a list or words with spaces between them, must be one of these; null
    /// only asks that it is there.
    /// </summary>
    public IReadOnlyList<string>? Values { get; init; }
}
