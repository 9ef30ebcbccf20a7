using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>auth.jwt</c>: tokens, and what they must say.</summary>
internal static class JwtSection
{
    private const int ClaimsMax = 32;
    private static readonly TimeSpan LeewayMax = TimeSpan.FromMinutes(10);

    public static RouteJwtAuth? Read(Field field)
    {
        if (!field.Exists) return null;
        var defaults = new RouteJwtAuth { KeySet = "" };
        TimeSpan leeway = field["leeway"].Duration() ?? defaults.Leeway;
        if (leeway > LeewayMax) field["leeway"].Error("must be at most 10m");
        return new RouteJwtAuth
        {
            KeySet = KeySet(field),
            Algorithms = Algorithms(field["algorithms"]),
            Issuer = field["issuer"].Word(),
            Audiences = Some(field["audience"]),
            Leeway = leeway,
            Claims = Claims(field["claims"]),
        };
    }

    private static string KeySet(Field field)
    {
        Field at = field["key_set"];
        if (at.Text() is not { } text)
        {
            if (!at.Exists) field.Error("needs key_set", "key_set: https://id.example.com/.well-known/jwks.json");
            return "";
        }

        bool isInline = text.TrimStart().StartsWith('{');
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "https" or "http" or "file";
        if (!isInline && !isAddress)
            at.Error("is no address, and no JSON Web Key Set", "https://…, file:///… or the set itself as JSON");
        return text;
    }

    private static List<string>? Algorithms(Field field)
    {
        if (!field.Exists) return null;
        List<string> names = RouteText.Words(field);
        foreach (string name in names.Where(name => !JwtAlgorithms.IsKnown(name)))
            field.Error($"'{name}' is no algorithm that is taken", string.Join(", ", JwtAlgorithms.Known));
        return names;
    }

    private static List<RouteClaim>? Claims(Field field)
    {
        if (!field.Exists) return null;
        List<RouteClaim> claims =
        [
            .. field.Entries().Select(entry => new RouteClaim { Name = entry.Key, Values = Some(entry.Value) }),
        ];
        if (claims.Count > ClaimsMax) field.Error($"may name {ClaimsMax} claims at most");
        return claims;
    }

    private static List<string>? Some(Field field) =>
        RouteText.Words(field) is { Count: > 0 } words ? words : null;
}
