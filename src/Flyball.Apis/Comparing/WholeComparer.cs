using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>Compares what is about an API as a whole: its servers, its ways to prove who calls, its words.</summary>
internal static class WholeComparer
{
    private static readonly string[] EssenceKeys = ["type", "in", "name", "scheme", "openIdConnectUrl", "flow"];

    public static void Compare(ApiDescription before, ApiDescription after, ChangeLog log)
    {
        Servers(before, after, log);
        Schemes(before, after, log);
        if (before.Title != after.Title || before.Description != after.Description)
            log.Add(Severity.Other, "info.description", after.Root.Find("info") ?? after.Root, false,
                "the API is described in other words");
        if (before.Version != after.Version)
            log.Add(Severity.Other, "info.version", after.Root.Find("info") ?? after.Root, false,
                $"the API calls itself version {after.Version} now, {before.Version} before");
        if (before.Specification != after.Specification)
            log.Add(Severity.Other, "info.specification", after.Root, false,
                $"the document is {after.Specification} now, {before.Specification} before");
    }

    /// <summary>
    /// Where an API is served is the gateway's to say, and documents made at run time name the address that they were
    /// asked at; but the path in front of all paths is part of what clients call.
    /// </summary>
    private static void Servers(ApiDescription before, ApiDescription after, ChangeLog log)
    {
        SortedSet<string> oldPaths = Paths(before);
        SortedSet<string> newPaths = Paths(after);
        foreach (string path in oldPaths.Except(newPaths, StringComparer.Ordinal))
            log.Add(Severity.Breaking, "server.removed", At(before), true, $"the API is not below {path} any more");
        foreach (string path in newPaths.Except(oldPaths, StringComparer.Ordinal))
            log.Add(Severity.Compatible, "server.added", At(after), false, $"the API is below {path} now");
        if (oldPaths.SetEquals(newPaths)
            && !before.Servers.Select(server => server.Url).SequenceEqual(after.Servers.Select(server => server.Url)))
            log.Add(Severity.Other, "server.address", At(after), false, "the API names other addresses of servers");
    }

    private static SortedSet<string> Paths(ApiDescription api) => api.Servers.Count == 0
        ? new SortedSet<string>(StringComparer.Ordinal) { "/" }
        : new SortedSet<string>(api.Servers.Select(server => server.BasePath), StringComparer.Ordinal);

    private static Located At(ApiDescription api) => api.Servers.Count == 0 ? api.Root : api.Servers[0].At;

    private static void Schemes(ApiDescription before, ApiDescription after, ChangeLog log)
    {
        foreach ((string name, Located one) in before.SecuritySchemes)
        {
            if (!after.SecuritySchemes.TryGetValue(name, out Located other))
                log.Add(Severity.Other, "security-scheme.removed", one, true, $"the security scheme '{name}' is gone");
            else if (Essence(before, one) != Essence(after, other))
                log.Add(Severity.Breaking, "security-scheme.changed", other, false,
                    $"the security scheme '{name}' asks for something else now");
        }

        foreach ((string name, Located other) in after.SecuritySchemes)
            if (!before.SecuritySchemes.ContainsKey(name))
                log.Add(Severity.Compatible, "security-scheme.added", other, false,
                    $"the security scheme '{name}' is new");
    }

    /// <summary>Without its words, and without scopes, which count where they are asked for.</summary>
    private static string Essence(ApiDescription api, Located at)
    {
        if ((api.References.Resolve(at) ?? at).Node is not MapNode map) return "";
        return string.Join(" ", EssenceKeys
            .Select(key => map.Text(key)?.ToLowerInvariant() ?? "-"));
    }
}
