using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Routes.Security;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>Which parts of a route go together.</summary>
internal static class RouteRules
{
    private static readonly string[] OnlyHttp =
    [
        "host", "path", "exact", "methods", "headers", "query", "strip_prefix", "rewrite", "redirect", "answer",
        "mirror", "fault", "retries", "try_timeout", "max_body", "tls", "auth", "rate_limit", "cors", "max_headers",
        "allow", "deny",
    ];

    private static readonly string[] OnlyForwarding =
    [
        "port", "services", "rewrite", "strip_prefix", "balance", "limits", "mirror", "retries", "timeout",
        "try_timeout", "wait", "max_body",
    ];

    public static void Check(Field field, Route route)
    {
        CheckTcp(field, route);
        CheckFixed(field, route);
        CheckPaths(field, route);
        TlsSection.Check(field["tls"], route);
        if (route.TryTimeout >= route.Timeout) field["try_timeout"].Error("must be shorter than timeout");
        if (route.Targets is not null && field["port"].Exists)
            field["port"].Error("each of the services has a port of its own", "write it there");
        if (route.Balance?.StickyCookie is not null && route.Protocol == "tcp")
            field["balance"]["sticky"].Error("is about HTTP; a tcp route has no cookies");
        if (route.Balance?.HashOf is { } hash && hash != "address" && route.Protocol == "tcp")
            field["balance"]["hash"].Error("a tcp route has an address only to hash");
        if (route.Limits is { Adaptive: true } && route.Protocol == "tcp")
            field["limits"]["adaptive"].Error("is about answers; a tcp route has none");
    }

    private static void CheckTcp(Field field, Route route)
    {
        if (route.Protocol != "tcp")
        {
            if (field["listen"].Exists) field["listen"].Error("is for protocol: tcp; HTTP shares one port");
            return;
        }

        if (!field["listen"].Exists) field["protocol"].Error("a tcp route needs listen", "listen: 5432");
        foreach (string key in OnlyHttp)
            if (field[key].Exists) field[key].Error("is about HTTP; a tcp route passes bytes as they come");
    }

    private static void CheckFixed(Field field, Route route)
    {
        if (route.Redirect is null && route.Answer is null) return;
        if (route.Redirect is not null && route.Answer is not null)
            field["answer"].Error("a route redirects or answers, not both");
        string what = route.Redirect is not null ? "redirects" : "answers by itself";
        foreach (string key in OnlyForwarding)
            if (field[key].Exists) field[key].Error($"the route {what} and forwards nothing");
    }

    private static void CheckPaths(Field field, Route route)
    {
        Field rewrite = field["rewrite"];
        bool isPrefix = route.PathKind is null or RoutePathKind.Prefix;
        (Field Field, bool Is)[] changes =
        [
            (field["strip_prefix"], route.StripPrefix),
            (rewrite["prefix"], rewrite["prefix"].Exists),
            (rewrite["path"], rewrite["path"].Exists),
        ];
        if (changes.Count(change => change.Is) > 1)
            changes.Last(change => change.Is).Field.Error("the path is changed in one way only");
        foreach ((Field at, bool isSet) in changes.Take(2).Append((field["redirect"]["prefix"],
            field["redirect"]["prefix"].Exists)))
            if (isSet && !isPrefix) at.Error("only a path that is a beginning has a prefix to change");
        if (route.Rewrite?.Path is not { } path) return;
        if (TemplateText.Fault(path) is { } fault) rewrite["path"].Error(fault);
        string[] known = route.PathKind == RoutePathKind.Template ? [.. TemplateText.Names(route.PathPrefix)] : [];
        foreach (string name in TemplateText.Names(path).Where(name => !known.Contains(name)))
            rewrite["path"].Error($"the route's path has no '{{{name}}}'", field.Hint(name, known));
    }
}
