using System.Buffers.Text;
using System.Numerics;
using Microsoft.IdentityModel.Tokens;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>The keys of an issuer (RFC 7517) that can be for signatures. Immutable.</summary>
internal sealed class KeySet
{
    /// <summary>Keys of a set that are taken.</summary>
    public const int KeysMax = 64;

    /// <summary>Keys that one token is checked with: more would let it take the time of many.</summary>
    private const int KeysTriedMax = 4;

    private const int RsaBitsMin = 2048;

    /// <summary>The time that a check takes grows with the square of it.</summary>
    private const int RsaBitsMax = 4096;

    private const int ExponentBitsMax = 32;

    private readonly JsonWebKey[] keys;

    private KeySet(JsonWebKey[] keys) => this.keys = keys;

    public int Count => keys.Length;

    /// <summary>
    /// Null when it is no set, or holds no key for signatures; <paramref name="problem"/> says why, or what was left
    /// out.
    /// </summary>
    public static KeySet? Parse(string json, out string? problem)
    {
        try
        {
            JsonWebKey[] all = [.. JsonWebKeySet.Create(json).Keys.Where(IsForSignatures)];
            JsonWebKey[] sound = [.. all.Where(IsSound)];
            int unsound = all.Length - sound.Length;
            problem = sound.Length == 0 ? "it holds no key for signatures" : null;
            if (unsound > 0)
                problem = $"{unsound} RSA keys are left out, which are not {RsaBitsMin} to {RsaBitsMax} bits long or "
                    + $"have an exponent over {ExponentBitsMax} bits";
            // The library would take the key of a certificate before the one that was measured.
            foreach (JsonWebKey key in sound) key.X5c.Clear();
            return sound.Length == 0 ? null : new KeySet([.. sound.Take(KeysMax)]);
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
    /// ones that are for its algorithm; the first few.
    /// </summary>
    public IEnumerable<SecurityKey> For(string? kid, string algorithm) => Fitting(kid, algorithm).Take(KeysTriedMax);

    private IEnumerable<JsonWebKey> Fitting(string? kid, string algorithm)
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

    private static bool IsSound(JsonWebKey key) => key.Kty != "RSA"
        || (Bits(key.N) is >= RsaBitsMin and <= RsaBitsMax && Bits(key.E) is > 0 and <= ExponentBitsMax);

    /// <summary>Of a number in base64url; 0 for what is none.</summary>
    private static long Bits(string? encoded)
    {
        if (encoded is null || !Base64Url.IsValid(encoded)) return 0;
        return (long)new BigInteger(Base64Url.DecodeFromChars(encoded), isUnsigned: true, isBigEndian: true)
            .GetBitLength();
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
