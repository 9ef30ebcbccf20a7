using System.Buffers;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>cors</c>: an origin, a list of them, or a map.</summary>
internal static class CorsSection
{
    private const int EntriesMax = 100;

    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create("/?#@* ");

    public static RouteCors? Read(Field field)
    {
        if (!field.Exists) return null;
        bool isShort = field.Node is ScalarNode or ListNode;
        Field origins = isShort ? field : field["origins"];
        List<string> allowed = RouteText.Words(origins);
        if (allowed.Count is 0 or > EntriesMax)
            (origins.Exists ? origins : field).Error("which origins?", "cors: https://shop.example.com");
        foreach (string origin in allowed.Where(origin => !IsOrigin(origin)))
            origins.Error($"'{origin}' is no origin", "https://shop.example.com, https://*.example.com or *");
        if (isShort) return new RouteCors { Origins = allowed };
        bool credentials = field["credentials"].Flag() ?? false;
        if (credentials && allowed.Contains("*"))
            field["credentials"].Error("is not for every origin", "name the origins");
        return new RouteCors
        {
            Origins = allowed,
            Methods = Methods(field["methods"]),
            Headers = Names(field["headers"], mayBeAll: true),
            Expose = Names(field["expose"], mayBeAll: false),
            Credentials = credentials,
            MaxAge = field["max_age"].Duration(),
        };
    }

    private static bool IsOrigin(string text)
    {
        if (text == "*") return true;
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0) return false;
        ReadOnlySpan<char> host = text.AsSpan(end + 3);
        if (host.StartsWith("*.")) host = host[2..];
        return host.Length > 0 && !host.ContainsAny(NotOfHosts);
    }

    private static List<string>? Methods(Field field)
    {
        if (!field.Exists) return null;
        List<string> methods = [.. RouteText.Words(field).Select(method => method.ToUpperInvariant())];
        foreach (string bad in methods.Where(method => !HeaderRules.IsName(method)))
            field.Error($"'{bad}' is no method");
        return methods;
    }

    private static List<string>? Names(Field field, bool mayBeAll)
    {
        if (!field.Exists) return null;
        List<string> names = RouteText.Words(field);
        foreach (string bad in names.Where(name => !HeaderRules.IsName(name) || (name == "*" && !mayBeAll)))
            field.Error($"'{bad}' is no header's name");
        return names;
    }
}
