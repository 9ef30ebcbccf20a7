using Flyball.Metrics.PromQl;

namespace Flyball.Metrics.Rules.Files;

/// <summary>Finds and reads the rule files that the options name.</summary>
internal static class RuleFiles
{
    /// <summary>A larger file is refused: rules are written by people.</summary>
    private const long BytesMax = 16L << 20;

    /// <summary>All files that the patterns name, sorted; a pattern without matches names none.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> patterns)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string pattern in patterns)
        {
            string folder = Path.GetDirectoryName(pattern) ?? "/";
            string name = Path.GetFileName(pattern);
            if (!name.AsSpan().ContainsAny('*', '?')) files.Add(pattern);
            else if (Directory.Exists(folder)) files.UnionWith(Directory.EnumerateFiles(folder, name));
        }

        return [.. files];
    }

    /// <summary>What tells whether anything has changed: names, times and sizes.</summary>
    public static string Fingerprint(IReadOnlyList<string> files) => string.Join('\n', files.Select(file =>
    {
        var info = new FileInfo(file);
        return info.Exists ? $"{file} {info.LastWriteTimeUtc.Ticks} {info.Length}" : file;
    }));

    /// <returns>The groups of all files, and every problem; with problems the groups are not to be used.</returns>
    public static (IReadOnlyList<RuleGroupSpec> Groups, IReadOnlyList<RuleProblem> Problems) Read(
        IReadOnlyList<string> files, PromQlFeatures features)
    {
        var groups = new List<RuleGroupSpec>();
        var problems = new List<RuleProblem>();
        foreach (string file in files)
        {
            (IReadOnlyList<RuleGroupSpec> found, IReadOnlyList<RuleProblem> wrong) = Read(file, features);
            groups.AddRange(found);
            problems.AddRange(wrong);
        }

        return (groups, problems);
    }

    public static (IReadOnlyList<RuleGroupSpec> Groups, IReadOnlyList<RuleProblem> Problems) Read(
        string file, PromQlFeatures features)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > BytesMax })
                return ([], [new RuleProblem(file, 0, 0, $"it has more than {BytesMax} bytes")]);
            return RuleFileParser.Parse(file, File.ReadAllText(file), features);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], [new RuleProblem(file, 0, 0, e.Message)]);
        }
    }
}
