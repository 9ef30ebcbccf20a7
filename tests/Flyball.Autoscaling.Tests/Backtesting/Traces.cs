using Flyball.Autoscaling.Backtesting;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>Finds the real load series, which live beside the repository, and reads golden scripts.</summary>
internal static class Traces
{
    /// <summary>The folder of the series: FLYBALL_TRACES, or shared/traces in a folder above; or null.</summary>
    public static string? Folder { get; } = Find();

    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Backtesting", "Goldens", name);

    /// <summary>Commands and their outputs: a line, <c>----</c>, the output up to an empty line.</summary>
    public static IEnumerable<(string Command, string[] Output)> Script(string name)
    {
        foreach (var block in File.ReadAllText(Golden(name)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Trim('\n').Split('\n');
            if (lines.Length > 2)
                yield return (lines[0], lines[2..]);
        }
    }

    public static BacktestOptions Options(string path, double warmupDays, double days, double startup, bool constant) =>
        new()
        {
            Series = LoadSeries.ReadFile(path),
            Warmup = TimeSpan.FromDays(warmupDays),
            Length = TimeSpan.FromDays(days),
            Startup = TimeSpan.FromSeconds(startup),
            Constant = constant,
        };

    public static double Value(string command, string option)
    {
        var words = command.Split(' ');
        return double.Parse(words[Array.IndexOf(words, option) + 1]);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("FLYBALL_TRACES") is { Length: > 0 } named)
            return named;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "traces");
            if (File.Exists(Path.Combine(candidate, "protocol.py")))
                return candidate;
        }
        return null;
    }
}
