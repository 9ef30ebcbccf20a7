using Microsoft.IdentityModel.Tokens;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>The keys of an issuer (RFC 7517) that can be for signatures. Immutable.</summary>
internal sealed class KeySet
{
    /// <summary>Keys of a set that are taken.</summary>
    public const int KeysMax = 64;

    private readonly JsonWebKey[] keys;

    private KeySet(JsonWebKey[] keys) => this.keys = keys;

    public int Count => keys.Length;

    /// <summary>Null when it is no set, or holds no key for signatures; <paramref name="problem"/> says why.</summary>
    public static KeySet? Parse(string json, out string? problem)
    {
        try
        {
            JsonWebKey[] keys =
                [.. JsonWebKeySet.Create(json).Keys.Where(IsForSignatures).Take(KeysMax)];
            problem = keys.Length == 0 ? "it holds no key for signatures" : null;
            return keys.Length == 0 ? null : new KeySet(keys);
        }
        catch (ArgumentException)
        {
            // What the library says may quote what it was given.
            problem = "it is no JSON Web Key Set";
            return null;
        }
    }

    /// <summary>
    /// The keys that a token may be signed with: those of its <c>kid</c>, all where it names none, and of those the
    /// ones that are for its algorithm.
    /// </summary>
    public IEnumerable<SecurityKey> For(string? kid, string algorithm)
    {
        foreach (JsonWebKey key in keys)
        {
            bool isNamed = string.IsNullOrEmpty(kid) || string.Equals(key.Kid, kid, StringComparison.Ordinal);
            bool fits = string.IsNullOrEmpty(key.Alg) || string.Equals(key.Alg, algorithm, StringComparison.Ordinal);
            if (isNamed && fits && FitsKind(key, algorithm)) yield return key;
        }
    }

    public bool Knows(string? kid) =>
        string.IsNullOrEmpty(kid) || Array.Exists(keys, key => string.Equals(key.Kid, kid, StringComparison.Ordinal));

    private static bool IsForSignatures(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != "sig") return false;
        return key.Kty is "RSA" or "EC" or "oct";
    }

    /// <summary>A public key must never be taken for a shared secret, or the other way round.</summary>
    private static bool FitsKind(JsonWebKey key, string algorithm) => algorithm.Length > 2 && algorithm[..2] switch
    {
        "RS" or "PS" => key.Kty == "RSA",
        "ES" => key.Kty == "EC",
        "HS" => key.Kty == "oct",
        _ => false,
    };
}
