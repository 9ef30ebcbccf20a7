namespace Flyball.Gateway.Routing;

/// <summary>
/// The routes of one host by path prefix. The longest prefix of whole segments is found by looking up ever shorter
/// beginnings of the path, from the deepest prefix that any route has: the cost is the number of segments, not of
/// routes.
/// </summary>
internal sealed class PathTable
{
    public static readonly PathTable Empty = new(SpanTable<RouteSlot>.Empty(StringComparison.Ordinal), 0);

    private readonly SpanTable<RouteSlot> prefixes;

    /// <summary>
    /// The most slashes in a prefix, now or earlier: a bound on the work, never a matter of correctness.
    /// </summary>
    private readonly int depthMax;

    private PathTable(SpanTable<RouteSlot> prefixes, int depthMax)
    {
        this.prefixes = prefixes;
        this.depthMax = depthMax;
    }

    public bool IsEmpty => prefixes.Count == 0;

    public RouteEntry? Find(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> beginning = Cut(path);
        while (beginning.Length > 0)
        {
            if (prefixes.Find(beginning) is { } slot) return slot.Winner;
            beginning = beginning[..Math.Max(0, beginning.LastIndexOf('/'))];
        }

        return prefixes.Find(default)?.Winner;
    }

    public Editor Edit() => new(this);

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
        private readonly SpanTable<RouteSlot>.Editor prefixes = from.prefixes.Edit();
        private int depthMax = from.depthMax;

        public void Add(RouteEntry route)
        {
            depthMax = Math.Max(depthMax, route.Prefix.AsSpan().Count('/'));
            prefixes.Set(route.Prefix, RouteSlot.With(prefixes.Find(route.Prefix), route));
        }

        public void Remove(RouteEntry route)
        {
            if (RouteSlot.Without(prefixes.Find(route.Prefix), route.Name) is { } rest)
                prefixes.Set(route.Prefix, rest);
            else prefixes.Remove(route.Prefix);
        }

        public PathTable Build() => new(prefixes.Build(), depthMax);
    }
}
