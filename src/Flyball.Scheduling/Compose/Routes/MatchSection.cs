using System.Net;
using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>What a route asks of a request: host, path, methods, headers, query, or the port of a TCP route.</summary>
internal static class MatchSection
{
    private const int ConditionsMax = 16;

    private static readonly string[] Methods =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

    public static Route Read(Field field, Route route)
    {
        string? host = RouteText.Host(field["host"]);
        string path = Path(field["path"], field["exact"].Flag() ?? false, out RoutePathKind? kind);
        bool isPlaced = host is not null || field["host"].Exists || field["path"].Exists || field["listen"].Exists;
        if (!isPlaced) field.Error("a route needs a host or a path", "path: / takes every request");
        return route with
        {
            Host = host,
            PathPrefix = path,
            PathKind = kind,
            Methods = ReadMethods(field["methods"]),
            Headers = Conditions(field["headers"], areHeaders: true),
            Query = Conditions(field["query"], areHeaders: false),
            Listen = field["listen"].Int(1, IPEndPoint.MaxPort),
        };
    }

    private static string Path(Field field, bool isExact, out RoutePathKind? kind)
    {
        kind = isExact ? RoutePathKind.Exact : null;
        if (RouteText.Path(field, "path") is not { } path) return "/";
        if (isExact) return path;
        if (!path.AsSpan().ContainsAny('{', '}')) return path == "/" ? path : path.TrimEnd('/');
        kind = RoutePathKind.Template;
        if (TemplateText.Fault(path) is { } fault) field.Error(fault, "for example /users/{id}");
        return path;
    }

    private static List<string>? ReadMethods(Field field)
    {
        if (!field.Exists) return null;
        SortedSet<string> methods = new(StringComparer.Ordinal);
        foreach (Field one in field.ItemsOrOne())
        {
            if (one.Word() is not { } word) continue;
            string method = word.ToUpperInvariant();
            if (!HeaderRules.IsName(method) || method.Length > 32) one.Error($"'{word}' is no method");
            else if (!Methods.Contains(method) && one.Hint(method, Methods) is { } hint)
                one.Warn($"'{word}' is no usual method", hint);
            methods.Add(method);
        }

        if (methods.Count == 0) field.Error("needs a method", "for example [GET, HEAD]");
        return [.. methods];
    }

    private static List<RouteCondition>? Conditions(Field field, bool areHeaders)
    {
        if (!field.Exists) return null;
        List<RouteCondition> conditions = [];
        foreach ((string name, Field value) in field.Entries())
        {
            if (areHeaders && !HeaderRules.IsName(name)) value.Error($"'{name}' is no header's name");
            else if (Condition(name, value) is { } condition) conditions.Add(condition);
        }

        if (conditions.Count > ConditionsMax) field.Error($"may name {ConditionsMax} at most");
        return conditions.Count == 0 ? null : conditions;
    }

    private static RouteCondition? Condition(string name, Field field)
    {
        if (field.IsScalar) return Of(name, RouteConditionKind.Exact, Value(field));
        if (field.Node is not MapNode)
        {
            field.Error("must be a value or a mapping", "{ present: true }");
            return null;
        }

        if (field.Entries().Count() > 1) field.Error("takes one of exact, prefix and present");
        if (field["exact"].Exists) return Of(name, RouteConditionKind.Exact, Value(field["exact"]));
        if (field["prefix"].Exists) return Of(name, RouteConditionKind.Prefix, Value(field["prefix"]));
        return field["present"].Flag() switch
        {
            true => Of(name, RouteConditionKind.Present, null),
            false => Of(name, RouteConditionKind.Absent, null),
            null => null,
        };
    }

    private static RouteCondition Of(string name, RouteConditionKind kind, string? value) =>
        new() { Name = name, Kind = kind, Value = value };

    private static string Value(Field field)
    {
        string value = field.Text() ?? "";
        if (value.Length > RouteText.ValueLengthMax)
            field.Error($"is longer than {RouteText.ValueLengthMax} characters");
        return value;
    }
}
