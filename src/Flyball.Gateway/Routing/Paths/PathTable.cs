using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// The routes of one host by path: the exact path, then the template with the longest beginning, then the longest
/// prefix of whole segments. Beginnings are found by looking up ever shorter ones, from the deepest that any route has:
/// the cost is the number of segments, not of routes.
/// </summary>
internal sealed class PathTable
{
    public static readonly PathTable Empty = new(
        SpanTable<RouteSlot>.Empty(StringComparison.Ordinal),
        SpanTable<TemplateSlot>.Empty(StringComparison.Ordinal),
        SpanTable<RouteSlot>.Empty(StringComparison.Ordinal), 0);

    private readonly SpanTable<RouteSlot> exact;
    private readonly SpanTable<TemplateSlot> templates;
    private readonly SpanTable<RouteSlot> prefixes;

    /// <summary>
    /// The most slashes in a prefix, now or earlier: a bound on the work, never a matter of correctness.
    /// </summary>
    private readonly int depthMax;

    private PathTable(
        SpanTable<RouteSlot> exact, SpanTable<TemplateSlot> templates, SpanTable<RouteSlot> prefixes, int depthMax)
    {
        this.exact = exact;
        this.templates = templates;
        this.prefixes = prefixes;
        this.depthMax = depthMax;
    }

    public bool IsEmpty => exact.Count + templates.Count + prefixes.Count == 0;

    public RouteEntry? Find<TFacts>(ReadOnlySpan<char> path, in TFacts facts)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (exact.Count > 0 && exact.Find(path)?.Find(facts) is { } whole) return whole;
        ReadOnlySpan<char> deepest = Cut(path);
        if (templates.Count > 0)
        {
            for (ReadOnlySpan<char> beginning = deepest; ; beginning = Parent(beginning))
            {
                if (templates.Find(beginning)?.Find(path, facts) is { } template) return template;
                if (beginning.IsEmpty) break;
            }
        }

        for (ReadOnlySpan<char> beginning = deepest; ; beginning = Parent(beginning))
        {
            if (prefixes.Find(beginning)?.Find(facts) is { } route) return route;
            if (beginning.IsEmpty) return null;
        }
    }

    public Editor Edit() => new(this);

    private static ReadOnlySpan<char> Parent(ReadOnlySpan<char> path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>The path's first <see cref="depthMax"/> segments.</summary>
    private ReadOnlySpan<char> Cut(ReadOnlySpan<char> path)
    {
        int depth = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '/' && depth++ == depthMax) return path[..i];
        }

        return path;
    }

    public sealed class Editor(PathTable from)
    {
        private readonly SpanTable<RouteSlot>.Editor exact = from.exact.Edit();
        private readonly SpanTable<TemplateSlot>.Editor templates = from.templates.Edit();
        private readonly SpanTable<RouteSlot>.Editor prefixes = from.prefixes.Edit();
        private int depthMax = from.depthMax;

        public void Add(RouteEntry route)
        {
            string text = route.Path.Text;
            if (route.Path.Template is { } template)
            {
                Deepen(template.Beginning);
                templates.Set(template.Beginning, TemplateSlot.With(templates.Find(template.Beginning), route));
                return;
            }

            bool isPrefix = route.Path.Kind == RoutePathKind.Prefix;
            if (isPrefix) Deepen(text);
            SpanTable<RouteSlot>.Editor table = isPrefix ? prefixes : exact;
            table.Set(text, RouteSlot.With(table.Find(text), route));
        }

        public void Remove(RouteEntry route)
        {
            string text = route.Path.Text;
            if (route.Path.Template is { } template)
            {
                if (TemplateSlot.Without(templates.Find(template.Beginning), route) is { } left)
                    templates.Set(template.Beginning, left);
                else templates.Remove(template.Beginning);
                return;
            }

            SpanTable<RouteSlot>.Editor table = route.Path.Kind == RoutePathKind.Prefix ? prefixes : exact;
            if (RouteSlot.Without(table.Find(text), route.Name) is { } rest) table.Set(text, rest);
            else table.Remove(text);
        }

        public PathTable Build() => new(exact.Build(), templates.Build(), prefixes.Build(), depthMax);

        private void Deepen(string beginning) => depthMax = Math.Max(depthMax, beginning.AsSpan().Count('/'));
    }
}
