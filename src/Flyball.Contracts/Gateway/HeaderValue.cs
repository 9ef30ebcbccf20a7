namespace Flyball.Contracts.Gateway;

/// <summary>A header: a token as its name, printable ASCII as its value.</summary>
public sealed record HeaderValue
{
    public required string Name { get; init; }

    public required string Value { get; init; }
}
