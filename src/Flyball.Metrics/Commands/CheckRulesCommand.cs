using System.CommandLine;
using System.Globalization;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Commands;

/// <summary>
/// <c>flyball promql check rules</c>: tells whether rule files can be used, before a server reads them.
/// </summary>
internal static class CheckRulesCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Rule files in Prometheus' format.",
            Arity = ArgumentArity.OneOrMore,
        };
        var experimental = new Option<bool>("--experimental") { Description = "Turn all experimental parts on." };
        var command = new Command(
            "rules",
            "Checks rule files and prints each problem with its place.\n\n"
            + "Example:\n  flyball promql check rules rules/*.yaml")
        { files, experimental };
        command.SetAction(parsed => Run(
            parsed.GetValue(files)!, parsed.GetValue(experimental) ? PromQlFeatures.All : PromQlFeatures.Stable));
        return command;
    }

    private static int Run(string[] files, PromQlFeatures features)
    {
        if (!OfflineFiles.AreThere(files)) return OfflineFiles.Usage;
        int problemCount = 0;
        foreach (string file in files)
        {
            (IReadOnlyList<RuleGroupSpec> groups, IReadOnlyList<RuleProblem> problems) = RuleFiles.Read(file, features);
            foreach (RuleProblem problem in problems) Console.Out.WriteLine(problem);
            foreach (string repeated in Repeated(groups)) Console.Out.WriteLine($"{file}: {repeated}");
            problemCount += problems.Count;
            if (problems.Count == 0) Console.Out.WriteLine($"{file}: {Count(groups)}");
        }

        return problemCount == 0 ? OfflineFiles.Ok : OfflineFiles.Failed;
    }

    /// <summary>Rules that would write the same series; said, but no reason to refuse the file.</summary>
    private static IEnumerable<string> Repeated(IReadOnlyList<RuleGroupSpec> groups) => groups
        .SelectMany(group => group.Rules).GroupBy(rule => rule.Identity)
        .Where(same => same.Count() > 1)
        .Select(same => string.Create(CultureInfo.InvariantCulture, $"{same.Count()} rules are the same: {same.Key}"));

    private static string Count(IReadOnlyList<RuleGroupSpec> groups) => string.Create(
        CultureInfo.InvariantCulture, $"{groups.Sum(group => group.Rules.Count)} rules in {groups.Count} groups");
}
