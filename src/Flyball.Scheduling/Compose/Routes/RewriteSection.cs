using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>rewrite</c>: what changes on the way.</summary>
internal static class RewriteSection
{
    private const int NamesMax = 32;

    public static RouteRewrite? Read(Field field)
    {
        if (!field.Exists) return null;
        if (!field.Entries().Any()) field.Error("says nothing to change");
        return new RouteRewrite
        {
            Prefix = RouteText.Path(field["prefix"], "path"),
            Path = RouteText.Path(field["path"], "path"),
            Host = RouteText.OneHost(field["host"]),
            Request = Changes(field["request"]),
            Answer = Changes(field["answer"]),
        };
    }

    private static HeaderChanges? Changes(Field field)
    {
        if (!field.Exists) return null;
        if (!field.Entries().Any()) field.Error("says nothing to change", "set, add or remove");
        return new HeaderChanges
        {
            Set = RouteText.Headers(field["set"]),
            Add = RouteText.Headers(field["add"]),
            Remove = Names(field["remove"]),
        };
    }

    private static List<string>? Names(Field field)
    {
        if (!field.Exists) return null;
        List<string> names = [];
        foreach (Field item in field.ItemsOrOne())
            if (item.Word() is { } name && RouteText.IsWritable(item, name)) names.Add(name);
        if (names.Count > NamesMax) field.Error($"may name {NamesMax} headers at most");
        return names.Count == 0 ? null : names;
    }
}
