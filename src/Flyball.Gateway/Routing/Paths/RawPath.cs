namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// A path in its client's encoding. Decoding and encoding again would change what back ends see (<c>%252e</c>,
/// <c>%2F</c>), so what a route leaves of a path is cut out of this one, at the slashes, which decoding leaves alone.
/// </summary>
internal static class RawPath
{
    /// <summary>
    /// The path without its dot segments, encoded ones included: segment by segment what routes match.
    /// </summary>
    public static string Resolve(string path)
    {
        bool hasDots = path.Contains("/.", StringComparison.Ordinal)
            || path.Contains("/%2e", StringComparison.OrdinalIgnoreCase);
        if (!hasDots) return path;
        var kept = new List<string>();
        string[] segments = path[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string plain = segments[i].Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            if (plain is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }

            if (plain == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            if (i == segments.Length - 1) kept.Add("");
        }

        return "/" + string.Join('/', kept);
    }

    /// <summary>What follows a prefix that the path has, however it is spelled there; empty for nothing.</summary>
    public static string After(string path, string prefix)
    {
        int at = 0;
        foreach (char one in prefix)
        {
            if (one != '/') continue;
            int next = path.IndexOf('/', at + 1);
            if (next < 0) return "";
            at = next;
        }

        return path[at..];
    }
}
