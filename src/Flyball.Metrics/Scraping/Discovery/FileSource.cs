using Flyball.Contracts.Yaml;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>
/// Targets in JSON or YAML files, read again when a file's time or size changes. Looking at those is cheap, so it is
/// done far more often than the configured interval, which only bounds how long a change may go unseen.
/// </summary>
internal sealed class FileSource(IReadOnlyList<string> patterns, TimeSpan refreshInterval) : ITargetSource
{
    /// <summary>Files that the patterns may match.</summary>
    public const int FilesMax = 10_000;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    public async Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        var last = new SortedDictionary<string, FileState>(StringComparer.Ordinal);
        bool isFirst = true;
        TimeSpan delay = refreshInterval < LookInterval ? refreshInterval : LookInterval;
        while (true)
        {
            if (Look(last, runtime) || isFirst) publish([.. last.Values.SelectMany(state => state.Groups)]);
            isFirst = false;
            await runtime.DelayAsync(delay, cancellation);
        }
    }

    /// <summary>Whether anything changed.</summary>
    private bool Look(SortedDictionary<string, FileState> last, DiscoveryRuntime runtime)
    {
        bool isChanged = false;
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in patterns.SelectMany(Expand).Take(FilesMax))
        {
            if (!present.Add(path)) continue;
            try
            {
                var file = new FileInfo(path);
                (DateTime, long) stamp = (file.LastWriteTimeUtc, file.Length);
                if (last.TryGetValue(path, out FileState? known) && known.Stamp == stamp) continue;
                List<TargetGroup>? groups = Read(path, runtime);
                // A file that is broken now keeps what it said before.
                last[path] = new FileState(stamp, groups ?? known?.Groups ?? []);
                isChanged |= groups is not null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                runtime.Failed(path, e.Message);
            }
        }

        foreach (string gone in last.Keys.Where(path => !present.Contains(path)).ToList())
        {
            last.Remove(gone);
            isChanged = true;
        }

        return isChanged;
    }

    private static List<TargetGroup>? Read(string path, DiscoveryRuntime runtime)
    {
        var problems = new YamlProblems(path);
        List<TargetGroup>? groups = TargetGroupReader.TryRead(File.ReadAllText(path), problems);
        if (groups is null)
        {
            runtime.Failed(path, problems.ToString());
            return null;
        }

        return [.. groups.Select(group => group with { Labels = group.Labels.With("__meta_filepath", path) })];
    }

    private static string[] Expand(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) ?? "/";
        string name = Path.GetFileName(pattern);
        if (!name.Contains('*', StringComparison.Ordinal)) return File.Exists(pattern) ? [pattern] : [];
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, name).Order(StringComparer.Ordinal)] : [];
    }

    private sealed record FileState((DateTime Written, long Size) Stamp, List<TargetGroup> Groups);
}
