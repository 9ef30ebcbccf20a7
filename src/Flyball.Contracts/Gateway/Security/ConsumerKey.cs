namespace Flyball.Contracts.Gateway.Security;

/// <summary>An API key as it is kept: never itself.</summary>
public sealed record ConsumerKey
{
    /// <summary>
    /// SHA-256 of the key's text, 64 hexadecimal digits; a key has 256 random bits, so that is enough.
    /// </summary>
    public required string Hash { get; init; }

    /// <summary>The key's first characters, by which people tell keys apart.</summary>
    public required string Hint { get; init; }

    public required long CreatedUnixMs { get; init; }

    /// <summary>From then on it is refused; null for never.</summary>
    public long? EndsUnixMs { get; init; }
}
