namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// JSON Web Tokens in <c>Authorization: Bearer</c>, signed with a key of a set (RFC 7517). <c>exp</c> is required;
/// <c>nbf</c> is kept where it is there.
/// </summary>
public sealed record RouteJwtAuth
{
    /// <summary>
    /// Where the key set is: an <c>https</c> or <c>http</c> address, a <c>file</c> address on the gateway's machine, or
    /// the set itself as JSON.
    /// </summary>
    public required string KeySet { get; init; }

    /// <summary>Signature algorithms that are taken, never <c>none</c>; null for RS256, PS256 and ES256.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    /// <summary><c>iss</c> must be this; null takes any.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>aud</c> must name one of these; null takes any.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>How far the clocks of issuers may be off.</summary>
    public TimeSpan Leeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>All of them must hold; null for none.</summary>
    public IReadOnlyList<RouteClaim>? Claims { get; init; }
}
