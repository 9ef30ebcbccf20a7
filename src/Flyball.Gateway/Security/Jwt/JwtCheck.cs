using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Buffers.Binary;
using System.Text;
using Flyball.Contracts.Gateway.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>
/// Checks tokens for one route. A token that was good is remembered until it ends or the keys change, so that a
/// signature is verified once and not with every request. It never waits: keys are fetched in the background. Any
/// thread.
/// </summary>
internal sealed class JwtCheck
{
    /// <summary>Bytes of a token.</summary>
    public const int TokenBytesMax = 8 * 1024;

    /// <summary>Good tokens that are remembered at a time.</summary>
    private const int RememberedMax = 10_000;

    private static readonly JsonWebTokenHandler Handler = new();

    private readonly RouteJwtAuth wanted;
    private readonly KeySetSource source;
    private readonly string[] algorithms;
    private readonly ConcurrentDictionary<UInt128, Remembered> good = new();

    public JwtCheck(RouteJwtAuth wanted, KeySetSource source)
    {
        this.wanted = wanted;
        this.source = source;
        algorithms = [.. (wanted.Algorithms ?? JwtAlgorithms.Default).Where(JwtAlgorithms.IsKnown)];
    }

    public KeySetSource Source => source;

    public JwtVerdict Check(ReadOnlySpan<byte> token, DateTimeOffset now)
    {
        if (token.Length is 0 or > TokenBytesMax) return JwtVerdict.Bad("it is too long");
        if (source.Current(now) is not { } keys)
            return new JwtVerdict(JwtStanding.NoKeys, "the keys of its issuer are not known now", null);
        UInt128 hash = Hash(token);
        if (good.TryGetValue(hash, out Remembered? known) && known.Keys == keys && now < known.Until)
            return known.Verdict;
        JwtVerdict verdict = Verify(Encoding.ASCII.GetString(token), keys, now, out DateTimeOffset until);
        if (verdict.Standing != JwtStanding.Good) return verdict;
        if (good.Count >= RememberedMax) good.Clear();
        good[hash] = new Remembered(keys, until, verdict);
        return verdict;
    }

    private JwtVerdict Verify(string text, KeySet keys, DateTimeOffset now, out DateTimeOffset until)
    {
        until = DateTimeOffset.MinValue;
        JsonWebToken token;
        try
        {
            token = Handler.ReadJsonWebToken(text);
        }
        catch (Exception e) when (
            e is ArgumentException or SecurityTokenException or FormatException or InvalidOperationException)
        {
            return JwtVerdict.Bad("it is malformed");
        }

        // RFC 7515 §4.1.11: what must be understood and is not known here makes it bad.
        if (token.TryGetHeaderValue("crit", out object _)) return JwtVerdict.Bad("it has a critical header");
        if (!algorithms.Contains(token.Alg, StringComparer.Ordinal))
            return JwtVerdict.Bad("its algorithm is not taken here");
        if (!keys.Knows(token.Kid))
        {
            source.AskAgain();
            return JwtVerdict.Bad("its key is not known");
        }

        // Without a configuration to fetch the task is complete when it is returned.
        Task<TokenValidationResult> validation = Handler.ValidateTokenAsync(token, Parameters(token, keys));
        if (!validation.IsCompleted) throw new InvalidOperationException("BUG: a token's check waits for something.");
        return validation.GetAwaiter().GetResult().IsValid
            ? JwtClaims.Judge(token.EncodedPayload, wanted, now, out until)
            : JwtVerdict.Bad("its signature is not good");
    }

    /// <summary>The signature only: what the token says is judged here, by our own clock.</summary>
    private TokenValidationParameters Parameters(JsonWebToken token, KeySet keys) => new()
    {
        ValidAlgorithms = algorithms,
        IssuerSigningKeys = keys.For(token.Kid, token.Alg),
        TryAllIssuerSigningKeys = string.IsNullOrEmpty(token.Kid),
        RequireSignedTokens = true,
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
        LogValidationExceptions = false,
    };

    private static UInt128 Hash(ReadOnlySpan<byte> token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private sealed record Remembered(KeySet Keys, DateTimeOffset Until, JwtVerdict Verdict);
}
