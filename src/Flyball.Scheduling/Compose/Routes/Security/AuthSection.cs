using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>auth</c>: who may send requests.</summary>
internal static class AuthSection
{
    private const int ConsumersMax = 1_000;
    private const int RealmLengthMax = 64;

    public static RouteAuth? Read(Field field)
    {
        if (!field.Exists) return null;
        RouteAuth auth = new()
        {
            Keys = Keys(field["keys"]),
            Basic = Basic(field["basic"]),
            Jwt = JwtSection.Read(field["jwt"]),
            Consumers = Consumers(field["consumers"]),
        };
        if (auth is { Keys: null, Basic: null, Jwt: null })
            field.Error("asks for nothing", "keys: true, basic: true or jwt");
        if (auth.Consumers is not null && auth is { Keys: null, Basic: null })
            field["consumers"].Error("is about keys and passwords", "jwt has claims");
        return auth;
    }

    private static RouteKeyAuth? Keys(Field field)
    {
        if (!field.Exists || (field.IsScalar && field.Flag() == false)) return null;
        var keys = new RouteKeyAuth();
        if (field.IsScalar) return keys;
        string header = field["header"].Word() ?? keys.Header;
        if (!HeaderRules.IsName(header) || HeaderRules.IsReserved(header)
            || header.Equals("authorization", StringComparison.OrdinalIgnoreCase))
            field["header"].Error($"'{header}' cannot carry a key", "for example X-Api-Key");
        return keys with { Header = header };
    }

    private static RouteBasicAuth? Basic(Field field)
    {
        if (!field.Exists || (field.IsScalar && field.Flag() == false)) return null;
        var basic = new RouteBasicAuth();
        if (field.IsScalar) return basic;
        string realm = field["realm"].Text() ?? basic.Realm;
        if (!HeaderRules.IsValue(realm) || realm.Length is 0 or > RealmLengthMax)
            field["realm"].Error($"must be printable ASCII, at most {RealmLengthMax} characters");
        return basic with { Realm = realm };
    }

    private static List<string>? Consumers(Field field)
    {
        if (!field.Exists) return null;
        List<string> names = RouteText.Words(field);
        if (names.Count == 0) field.Error("lets nobody in");
        if (names.Count > ConsumersMax) field.Error($"may name {ConsumersMax} at most");
        return names;
    }
}
