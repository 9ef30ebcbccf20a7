namespace Flyball.Scheduling.Compose.Routes;

/// <summary>Paths with names in braces, as the gateway reads them.</summary>
internal static class TemplateText
{
    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? Fault(string path)
    {
        string[] segments = path[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = segments[i];
            if (!segment.AsSpan().ContainsAny('{', '}')) continue;
            bool isRest = segment.StartsWith("{*", StringComparison.Ordinal);
            if (!IsName(segment)) return $"'{segment}' is neither a segment nor a name in braces";
            if (isRest && i < segments.Length - 1) return $"'{segment}' stands for the rest and must come last";
        }

        string[] names = [.. Names(path)];
        string? twice = names.FirstOrDefault(name => names.Count(other => other == name) > 1);
        return twice is null ? null : $"the name '{twice}' is there twice";
    }

    /// <summary>The names in braces, in their order.</summary>
    public static IEnumerable<string> Names(string path) =>
        path.Split('/').Where(segment => segment.StartsWith('{') && IsName(segment))
            .Select(segment => segment.Trim('{', '}').TrimStart('*'));

    private static bool IsName(string segment)
    {
        if (segment.Length < 3 || segment[0] != '{' || segment[^1] != '}') return false;
        string name = segment[1..^1];
        if (name[0] == '*') name = name[1..];
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }
}
