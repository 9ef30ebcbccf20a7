using System.Text;
using Flyball.Scheduling.Compose.Keys;

namespace Flyball.Scheduling.Compose.Tests;

public sealed class KeyTableTests
{
    private const string GeneratedBelow =
        "<!-- Generated from src/Flyball.Scheduling/Compose/Keys; the tests rewrite it with " +
        "FLYBALL_UPDATE_GOLDENS=1. -->\n";

    public static TheoryData<string> SpecKeys =>
        [
            .. File.ReadLines(Path.Combine(Golden.SourceDirectory(), "compose-spec-keys.txt"))
                .Where(line => !line.StartsWith('#')),
        ];

    [Theory]
    [MemberData(nameof(SpecKeys))]
    public void Table_KeyOfTheSpecification_IsInExactlyOneList(string key)
    {
        // A key below a warned or refused one, or below what is the user's own, shares its parent's list.
        Assert.NotNull(RuleOf(key));
    }

    [Fact]
    public void Table_EveryPath_IsThereOnce() =>
        Assert.Equal(
            [], ComposeKeys.All.GroupBy(rule => rule.Path).Where(group => group.Count() > 1)
                .Select(group => group.Key));

    [Fact]
    public void Table_KeyThatIsNotCompose_IsAnExtension()
    {
        HashSet<string> spec = [.. SpecKeys.Select(row => row.Data)];

        Assert.Equal([], ComposeKeys.All.Select(rule => rule.Path)
            .Where(
                path =>
                    !spec.Contains(path) && !path.Contains("x-", StringComparison.Ordinal) &&
                    !path.EndsWith("healthcheck.start_interval", StringComparison.Ordinal)));
    }

    [Fact]
    public void Table_WarnedOrRefused_SaysWhy() =>
        Assert.All(
            ComposeKeys.All.Where(rule => rule.Support != KeySupport.Supported), rule => Assert.NotEmpty(rule.Note));

    [Fact]
    public void Docs_Reference_IsTheTable()
    {
        string path = Path.Combine(Golden.RepositoryRoot(), "docs", "compose.md");
        string prose = File.ReadAllText(path).Split(GeneratedBelow)[0];

        Golden.Check(path, prose + GeneratedBelow + Reference());
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public void Compile_WarnedOrRefusedServiceKey_IsTold(string key, bool refused)
    {
        ComposeResult result = Yml.Service($"{key}: {{ some: value }}");

        IReadOnlyList<ComposeDiagnostic> told = refused ? result.Errors : result.Warnings;
        Assert.Contains(
            told, diagnostic =>
                diagnostic.Key == "services.a." + key && diagnostic.Line == 4 && diagnostic.Column == 5);
    }

    public static TheoryData<string, bool> Plain
    {
        get
        {
            TheoryData<string, bool> data = [];
            IEnumerable<KeyRule> told = ComposeKeys.All.Where(rule => !rule.Judged);
            foreach (KeyRule rule in told.Where(rule => rule.Support != KeySupport.Supported))
                if (rule.Path.Split('.') is ["services", "*", var key])
                    data.Add(key, rule.Support == KeySupport.Refused);
            return data;
        }
    }

    private static KeyRule? RuleOf(string key)
    {
        KeyBranch branch = ComposeKeys.Root;
        KeyRule? rule = null;
        foreach (string part in key.Split('.'))
        {
            if (branch.IsLeaf || rule?.Support is KeySupport.Warned or KeySupport.Refused) return rule;
            KeyBranch? next = part == "*" ? branch.Any : branch.Find(part);
            if (next is null) return null;
            branch = next;
            rule = branch.Rule ?? (part == "*" ? rule : null);
        }
        return rule;
    }

    private static string Reference()
    {
        var text = new StringBuilder();
        Section("Supported", KeySupport.Supported, "| key | remark |");
        Section("Accepted with a warning", KeySupport.Warned, "| key | what happens instead |");
        Section("Refused", KeySupport.Refused, "| key | why, and what to write |");
        return text.ToString();

        void Section(string title, KeySupport support, string header)
        {
            text.Append($"\n## {title}\n\n{header}\n| --- | --- |\n");
            IEnumerable<KeyRule> rules = ComposeKeys.All.Where(rule => rule.Support == support);
            foreach (KeyRule rule in rules.OrderBy(rule => rule.Path, StringComparer.Ordinal))
            {
                string quiet = rule.QuietValue is null ? "" : $" (`{rule.QuietValue}` is fine)";
                string judged = rule.Judged ? " (only when it differs)" : "";
                text.Append($"| `{rule.Path}` | {rule.Note}{quiet}{judged} |\n");
            }
        }
    }
}
