using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>balance</c>: how requests are spread over instances.</summary>
internal static class BalanceSection
{
    private static readonly string[] Kinds = ["two_choices", "round_robin", "least_request", "latency", "hash"];

    public static RouteBalance? Read(Field field)
    {
        if (!field.Exists) return null;
        if (field.IsScalar) return new RouteBalance { Kind = Kind(field, hash: default) };
        Field cookie = field["sticky"];
        return new RouteBalance
        {
            Kind = Kind(field["by"], field["hash"]),
            HashOf = HashOf(field["hash"]),
            SlowStart = Span(field["slow_start"]),
            StickyCookie = Cookie(cookie),
            StickyFor = StickyFor(field["sticky_for"], cookie),
        };
    }

    // What is hashed already says how requests are spread.
    private static RouteBalanceKind Kind(Field field, Field hash)
    {
        if (!field.Exists) return hash.Exists ? RouteBalanceKind.Hash : RouteBalanceKind.TwoChoices;
        RouteBalanceKind kind = field.OneOf(Kinds) switch
        {
            "round_robin" => RouteBalanceKind.RoundRobin,
            "least_request" => RouteBalanceKind.LeastRequest,
            "latency" => RouteBalanceKind.Latency,
            "hash" => RouteBalanceKind.Hash,
            _ => RouteBalanceKind.TwoChoices,
        };
        if (kind == RouteBalanceKind.Hash && !hash.Exists)
            field.Error("hash of what?", "balance: { hash: \"header:x-user\" }");
        if (kind != RouteBalanceKind.Hash && hash.Exists) hash.Error("is for balancing by hash");
        return kind;
    }

    private static string? HashOf(Field field)
    {
        if (field.Word() is not { } text) return null;
        string[] parts = text.Split(':', 2);
        bool good = text == "address" || (parts is ["header" or "cookie", { } name] && HeaderRules.IsName(name));
        if (!good) field.Error($"'{text}' is nothing to hash", "header:NAME, cookie:NAME or address");
        return good ? text : null;
    }

    private static string? Cookie(Field field)
    {
        if (field.Word() is not { } name) return null;
        if (HeaderRules.IsName(name)) return name;
        field.Error($"'{name}' is no cookie's name");
        return null;
    }

    private static TimeSpan? StickyFor(Field field, Field cookie)
    {
        if (field.Exists && !cookie.Exists) field.Error("is about sticky, which is not there");
        return Span(field);
    }

    private static TimeSpan? Span(Field field)
    {
        if (field.Duration() is not { } span) return null;
        if (span >= TimeSpan.FromSeconds(1)) return span;
        field.Error("must be at least 1s");
        return null;
    }
}
