namespace Flyball.Contracts.Gateway.Security;

/// <summary>Signature algorithms (RFC 7518 §3.1) that a route may name; <c>none</c> is none.</summary>
public static class JwtAlgorithms
{
    public static readonly IReadOnlyList<string> Known =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512"];

    public static readonly IReadOnlyList<string> Default = ["RS256", "PS256", "ES256"];

    public static bool IsKnown(string algorithm) => Known.Contains(algorithm, StringComparer.Ordinal);
}
