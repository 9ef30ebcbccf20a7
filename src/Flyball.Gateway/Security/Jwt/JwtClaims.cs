using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>
/// Judges what a token says, once its signature is known to be good: its times (RFC 7519 §4.1), issuer, audience and
/// the claims that a route asks for. Pure.
/// </summary>
internal static class JwtClaims
{
    private const double SecondsMax = 253_402_300_799;

    public static JwtVerdict Judge(
        string encodedPayload, RouteJwtAuth wanted, DateTimeOffset now, out DateTimeOffset until)
    {
        until = DateTimeOffset.MinValue;
        JsonDocument? document = Read(encodedPayload);
        if (document is null) return JwtVerdict.Bad("its claims are no JSON object");
        using (document)
        {
            try
            {
                return Judge(document.RootElement, wanted, now, ref until);
            }
            catch (InvalidOperationException)
            {
                // JSON can spell half a character (\ud800), which no text can hold.
                return JwtVerdict.Bad("its claims are malformed");
            }
        }
    }

    private static JwtVerdict Judge(
        JsonElement claims, RouteJwtAuth wanted, DateTimeOffset now, ref DateTimeOffset until)
    {
        if (Time(claims, "exp") is not { } ends) return JwtVerdict.Bad("it has no 'exp'");
        if (ends > DateTimeOffset.MaxValue - wanted.Leeway) return JwtVerdict.Bad("its 'exp' is no time");
        until = ends + wanted.Leeway;
        if (until <= now) return JwtVerdict.Bad("it has ended");
        if (claims.TryGetProperty("nbf", out JsonElement begin)
            && !(Time(claims, "nbf") - wanted.Leeway <= now))
        {
            bool isTime = begin.ValueKind == JsonValueKind.Number;
            return JwtVerdict.Bad(isTime ? "it is not good yet" : "its 'nbf' is no time");
        }

        if (wanted.Issuer is { } issuer && Text(claims, "iss") != issuer)
            return JwtVerdict.Bad("another issuer has made it");
        if (wanted.Audiences is { Count: > 0 } audiences
            && !Values(claims, "aud", splits: false).Any(audiences.Contains))
            return JwtVerdict.Bad("it is for another audience");
        foreach (RouteClaim claim in wanted.Claims ?? [])
        {
            if (Has(claims, claim)) continue;
            return new JwtVerdict(
                JwtStanding.NotEnough, $"its '{claim.Name}' does not say what is asked for", null);
        }

        return new JwtVerdict(JwtStanding.Good, "", Identity(claims));
    }

    private static ConsumerIdentity Identity(JsonElement claims)
    {
        string subject = Text(claims, "sub") ?? "";
        byte[] counted = Encoding.UTF8.GetBytes($"t:{Text(claims, "iss")}\0{subject}");
        return new ConsumerIdentity(subject, counted, counted) { IsConsumer = false };
    }

    private static bool Has(JsonElement claims, RouteClaim wanted)
    {
        if (!claims.TryGetProperty(wanted.Name, out JsonElement there)) return false;
        if (wanted.Values is not { } values) return there.ValueKind != JsonValueKind.Null;
        return Values(claims, wanted.Name, splits: true).Any(values.Contains);
    }

    /// <summary>
    /// A claim's values: itself, its items, and where it is words with spaces (RFC 8693 §4.2) each of them.
    /// </summary>
    private static IEnumerable<string> Values(JsonElement claims, string name, bool splits)
    {
        if (!claims.TryGetProperty(name, out JsonElement claim)) yield break;
        if (claim.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in claim.EnumerateArray()) yield return Plain(item);
            yield break;
        }

        string text = Plain(claim);
        yield return text;
        if (!splits || claim.ValueKind != JsonValueKind.String || !text.Contains(' ', StringComparison.Ordinal))
            yield break;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)) yield return word;
    }

    private static string Plain(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A NumericDate; null when it is none, which no comparison passes.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out double seconds) && seconds is >= 0 and <= SecondsMax
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static JsonDocument? Read(string encodedPayload)
    {
        try
        {
            byte[] bytes = Base64Url.DecodeFromChars(encodedPayload);
            JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Told by the caller.
        }

        return null;
    }
}
