using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Routing;

/// <summary>
/// Which route a request takes: the most specific host that has a fitting route (exact, then the longest wildcard, then
/// any), and there the most specific path and conditions. Immutable; matching allocates nothing.
/// </summary>
internal sealed class RouteMatcher
{
    public static readonly RouteMatcher Empty = new(
        SpanTable<PathTable>.Empty(StringComparison.OrdinalIgnoreCase),
        SpanTable<PathTable>.Empty(StringComparison.OrdinalIgnoreCase),
        PathTable.Empty);

    private readonly SpanTable<PathTable> exact;
    private readonly SpanTable<PathTable> wildcards;
    private readonly PathTable any;

    private RouteMatcher(SpanTable<PathTable> exact, SpanTable<PathTable> wildcards, PathTable any)
    {
        this.exact = exact;
        this.wildcards = wildcards;
        this.any = any;
    }

    /// <param name="host">A <c>Host</c> header: port allowed, any case.</param>
    /// <param name="path">Decoded, dot segments removed, beginning with a slash.</param>
    /// <param name="facts">What else the routes may ask of the request.</param>
    public RouteEntry? Match<TFacts>(ReadOnlySpan<char> host, ReadOnlySpan<char> path, in TFacts facts)
        where TFacts : IRequestFacts, allows ref struct
    {
        ReadOnlySpan<char> name = RouteHost.Bare(host);
        if (exact.Find(name)?.Find(path, facts) is { } route) return route;
        if (wildcards.Count > 0)
        {
            for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.'))
            {
                name = name[(dot + 1)..];
                if (wildcards.Find(name)?.Find(path, facts) is { } below) return below;
            }
        }

        return any.Find(path, facts);
    }

    /// <summary>The route of a GET request without anything else to it.</summary>
    public RouteEntry? Match(ReadOnlySpan<char> host, ReadOnlySpan<char> path) =>
        Match(host, path, default(PlainFacts));

    public Editor Edit() => new(this);

    /// <summary>A batch of changes; each host's table is copied once a batch.</summary>
    public sealed class Editor(RouteMatcher from)
    {
        private readonly SortedDictionary<string, PathTable.Editor> openExact = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, PathTable.Editor> openWildcards = new(StringComparer.Ordinal);
        private PathTable.Editor? openAny;

        public void Add(RouteEntry route) => Open(route.Host).Add(route);

        public void Remove(RouteEntry route) => Open(route.Host).Remove(route);

        public RouteMatcher Build() => new(
            Close(from.exact, openExact), Close(from.wildcards, openWildcards), openAny?.Build() ?? from.any);

        private PathTable.Editor Open(RouteHost host) => host.Kind switch
        {
            RouteHostKind.Exact => Open(from.exact, openExact, host.Name),
            RouteHostKind.Wildcard => Open(from.wildcards, openWildcards, host.Name),
            _ => openAny ??= from.any.Edit(),
        };

        private static PathTable.Editor Open(
            SpanTable<PathTable> table, SortedDictionary<string, PathTable.Editor> open, string host)
        {
            if (!open.TryGetValue(host, out PathTable.Editor? editor))
            {
                editor = (table.Find(host) ?? PathTable.Empty).Edit();
                open.Add(host, editor);
            }

            return editor;
        }

        private static SpanTable<PathTable> Close(
            SpanTable<PathTable> table, SortedDictionary<string, PathTable.Editor> open)
        {
            if (open.Count == 0) return table;
            SpanTable<PathTable>.Editor hosts = table.Edit();
            foreach ((string host, PathTable.Editor editor) in open)
            {
                PathTable paths = editor.Build();
                if (paths.IsEmpty) hosts.Remove(host);
                else hosts.Set(host, paths);
            }

            return hosts.Build();
        }
    }
}
