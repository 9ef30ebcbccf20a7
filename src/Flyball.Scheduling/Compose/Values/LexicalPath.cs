namespace Flyball.Scheduling.Compose.Values;

/// <summary>Paths as text: the compiler never looks at the disk, which may be another machine's.</summary>
internal static class LexicalPath
{
    /// <summary>
    /// The absolute, normalised path that <paramref name="path"/> means in <paramref name="directory"/>; <c>~</c> is
    /// <paramref name="home"/> when that is known.
    /// </summary>
    public static string Resolve(string directory, string path, string? home = null)
    {
        if (home is not null && (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)))
            path = home + path[1..];
        string full = path.StartsWith('/') ? path : $"{directory}/{path}";
        List<string> parts = [];
        foreach (string part in full.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return "/" + string.Join('/', parts);
    }

    public static string Directory(string absolutePath) => Resolve("/", absolutePath + "/..");

    public static string Name(string absolutePath) => absolutePath[(absolutePath.LastIndexOf('/') + 1)..];

    /// <summary>
    /// The path as people would write it from <paramref name="directory"/>; absolute when it is elsewhere.
    /// </summary>
    public static string Shorten(string directory, string absolutePath)
    {
        string prefix = directory == "/" ? "/" : directory + "/";
        return absolutePath.StartsWith(prefix, StringComparison.Ordinal) ? absolutePath[prefix.Length..] : absolutePath;
    }
}
