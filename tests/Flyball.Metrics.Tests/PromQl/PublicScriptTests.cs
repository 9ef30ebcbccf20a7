using Flyball.Metrics.PromQl.Scripts;

namespace Flyball.Metrics.Tests.PromQl;

/// <summary>Prometheus' public evaluation scripts, which lie in <c>shared/promql</c> beside the repository.</summary>
public sealed class PublicScriptTests
{
    private const int EvaluationCount = 1334;

    private static readonly string[] Files = FindFiles();

    public static TheoryData<string> Scripts() => [.. Files.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void RunScript_PublicSuite_GivesWhatPrometheusGives(string name)
    {
        string path = Files.Single(file => Path.GetFileName(file) == name);
        ScriptReport report = new PromQlTestRunner(TimeProvider.System)
            .RunScript(name, File.ReadAllText(path), experimental: true);

        Assert.True(report.Failed == 0, string.Join("\n", report.Differences));
    }

    [Fact]
    public void RunFiles_AllScripts_CountsEveryEvaluation()
    {
        using var output = new StringWriter();
        new PromQlTestRunner(TimeProvider.System).RunFiles(Files, experimental: true, output);

        Assert.EndsWith($"{EvaluationCount} passed, 0 failed\n", output.ToString());
    }

    private static string[] FindFiles()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string scripts = Path.Combine(folder.FullName, "shared", "promql");
            if (!Directory.Exists(scripts)) continue;
            string[] files = Directory.GetFiles(scripts, "*.test");
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }

        throw new DirectoryNotFoundException("No shared/promql beside the repository.");
    }
}
