using System.Globalization;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>rate_limit</c>: <c>100/s</c>, a map, or a list of them.</summary>
internal static class RateLimitSection
{
    private const int LimitsMax = 8;
    private const int RequestsMax = 1_000_000_000;
    private static readonly TimeSpan PerMax = TimeSpan.FromDays(1);

    public static List<RouteRateLimit>? Read(Field field)
    {
        if (!field.Exists) return null;
        List<RouteRateLimit> limits = [.. field.ItemsOrOne().Select(One).OfType<RouteRateLimit>()];
        if (limits.Count > LimitsMax) field.Error($"may have {LimitsMax} limits at most");
        return limits.Count == 0 ? null : limits;
    }

    private static RouteRateLimit? One(Field field)
    {
        if (field.IsScalar) return Short(field);
        if (field["requests"].Int(1, RequestsMax) is not { } requests)
        {
            if (!field["requests"].Exists) field.Error("how many requests?", "rate_limit: { requests: 100, per: 1m }");
            return null;
        }

        TimeSpan per = field["per"].Duration() ?? TimeSpan.FromSeconds(1);
        if (per < TimeSpan.FromSeconds(1) || per > PerMax) field["per"].Error("must be from 1s to 24h");
        (RateLimitKey by, string? header) = By(field["by"]);
        return new RouteRateLimit
        {
            Requests = requests, Per = per, Burst = field["burst"].Int(1, RequestsMax), By = by, Header = header,
        };
    }

    private static RouteRateLimit? Short(Field field)
    {
        string[] parts = (field.Word() ?? "").Split('/');
        TimeSpan? per = parts.Length == 2
            ? parts[1] switch
            {
                "s" => TimeSpan.FromSeconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                "d" => TimeSpan.FromDays(1),
                _ => null,
            }
            : null;
        if (per is { } time && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int requests)
            && requests is >= 1 and <= RequestsMax)
            return new RouteRateLimit { Requests = requests, Per = time };
        field.Error("is no limit", "100/s, 100/m, 100/h or 100/d");
        return null;
    }

    private static (RateLimitKey By, string? Header) By(Field field)
    {
        switch (field.Word())
        {
            case null or "route":
                return (RateLimitKey.Route, null);
            case "address":
                return (RateLimitKey.Address, null);
            case "consumer":
                return (RateLimitKey.Consumer, null);
            case "key":
                return (RateLimitKey.Key, null);
            case { } text when text.StartsWith("header:", StringComparison.Ordinal) && HeaderRules.IsName(text[7..]):
                return (RateLimitKey.Header, text[7..]);
            case { } text:
                field.Error($"'{text}' is nothing to count by", "route, address, consumer, key or header:NAME");
                return (RateLimitKey.Route, null);
        }
    }
}
