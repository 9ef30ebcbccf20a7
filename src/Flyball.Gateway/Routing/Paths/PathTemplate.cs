namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// A path with names in braces: <c>/users/{id}/orders</c>, <c>/files/{*rest}</c>. A name stands for one segment that is
/// not empty, one with an asterisk at the end for all that follows, nothing included.
/// </summary>
internal sealed class PathTemplate
{
    private readonly Segment[] segments;
    private readonly bool takesRest;

    private PathTemplate(Segment[] segments)
    {
        this.segments = segments;
        takesRest = segments is [.., { Kind: SegmentKind.Rest }];
        int literals = Array.FindIndex(segments, segment => segment.Kind != SegmentKind.Literal);
        Beginning = string.Concat(
            segments.Take(literals < 0 ? segments.Length : literals).Select(one => "/" + one.Text));
        LiteralLength = segments.Where(one => one.Kind == SegmentKind.Literal).Sum(one => one.Text.Length);
        Shape = string.Concat(segments.Select(one => one.Kind switch
        {
            SegmentKind.Literal => "/" + one.Text,
            SegmentKind.Name => "/{}",
            _ => "/{*}",
        }));
    }

    /// <summary>The segments in front of the first name: where it is looked up.</summary>
    public string Beginning { get; }

    /// <summary>The template without its names: two of one shape match the same paths.</summary>
    public string Shape { get; }

    public IEnumerable<string> Names =>
        segments.Where(one => one.Kind != SegmentKind.Literal).Select(one => one.Text);

    private int LiteralLength { get; }

    /// <exception cref="FormatException">It is not such a path; the message says why.</exception>
    public static PathTemplate Parse(string text)
    {
        if (!text.StartsWith('/')) throw new FormatException($"'{text}' does not begin with a slash");
        Segment[] segments = [.. text[1..].Split('/').Select(Segment.Parse)];
        if (segments.SkipLast(1).Any(one => one.Kind == SegmentKind.Rest))
            throw new FormatException("a name with an asterisk stands for the rest and must come last");
        string? twice = segments.Where(one => one.Kind != SegmentKind.Literal).GroupBy(one => one.Text)
            .FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new FormatException($"the name '{twice}' is there twice");
        return new PathTemplate(segments);
    }

    public bool Matches(ReadOnlySpan<char> path)
    {
        foreach (Segment segment in segments)
        {
            if (segment.Kind == SegmentKind.Rest) return path.IsEmpty || path[0] == '/';
            if (path.IsEmpty || path[0] != '/') return false;
            path = path[1..];
            int end = path.IndexOf('/');
            ReadOnlySpan<char> part = end < 0 ? path : path[..end];
            if (segment.Kind == SegmentKind.Name ? part.IsEmpty : !part.SequenceEqual(segment.Text)) return false;
            path = path[part.Length..];
        }

        return path.IsEmpty;
    }

    /// <summary>What each name stands for in a path that matches.</summary>
    public IReadOnlyDictionary<string, string> Values(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] parts = path[1..].Split('/', takesRest ? segments.Length : int.MaxValue);
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i].Kind != SegmentKind.Literal) values[segments[i].Text] = i < parts.Length ? parts[i] : "";
        }

        return values;
    }

    /// <summary>
    /// Below zero when this one is tried before the other: more letters of its own, then the one that takes no rest,
    /// then more segments, then by its shape.
    /// </summary>
    public int CompareTo(PathTemplate other)
    {
        int order = other.LiteralLength.CompareTo(LiteralLength);
        if (order == 0) order = takesRest.CompareTo(other.takesRest);
        if (order == 0) order = other.segments.Length.CompareTo(segments.Length);
        return order == 0 ? string.CompareOrdinal(Shape, other.Shape) : order;
    }

    private enum SegmentKind
    {
        Literal,
        Name,
        Rest,
    }

    private readonly record struct Segment(SegmentKind Kind, string Text)
    {
        public static Segment Parse(string text)
        {
            if (!text.AsSpan().ContainsAny('{', '}')) return new Segment(SegmentKind.Literal, text);
            bool isRest = text.StartsWith("{*", StringComparison.Ordinal);
            string name = text.Length < 3 ? "" : text[(isRest ? 2 : 1)..^1];
            bool good = text[0] == '{' && text[^1] == '}' && name.Length > 0
                && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
            if (!good) throw new FormatException($"'{text}' is neither a segment nor a name in braces, like {{id}}");
            return new Segment(isRest ? SegmentKind.Rest : SegmentKind.Name, name);
        }
    }
}
