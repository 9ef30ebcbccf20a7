using System.Globalization;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Parsing;
using YamlDotNet.RepresentationModel;

namespace Flyball.Metrics.Rules.Files;

/// <summary>
/// Reads a rule file in Prometheus' format. See
/// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/.
/// </summary>
internal sealed class RuleFileParser
{
    private readonly string file;
    private readonly YamlReader yaml;
    private readonly RuleParser rules;

    private RuleFileParser(string file, PromQlFeatures features)
    {
        this.file = file;
        yaml = new YamlReader(file);
        rules = new RuleParser(yaml, features);
    }

    /// <returns>The groups, and every problem; with problems the groups are not to be used.</returns>
    public static (IReadOnlyList<RuleGroupSpec> Groups, IReadOnlyList<RuleProblem> Problems) Parse(
        string file, string text, PromQlFeatures features)
    {
        var parser = new RuleFileParser(file, features);
        List<RuleGroupSpec> groups = parser.ParseFile(text);
        return (groups, parser.yaml.Problems);
    }

    private List<RuleGroupSpec> ParseFile(string text)
    {
        var groups = new List<RuleGroupSpec>();
        if (yaml.Load(text) is not { } root || YamlReader.IsNull(root)) return groups;
        Dictionary<string, YamlNode> fields = yaml.Fields(root, "the file", "groups");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode node in yaml.Items(fields, "groups"))
        {
            RuleGroupSpec group = ParseGroup(node);
            if (!names.Add(group.Name)) yaml.Refuse(node, $"groupname: \"{group.Name}\" is repeated in the same file");
            groups.Add(group);
        }

        return groups;
    }

    private RuleGroupSpec ParseGroup(YamlNode node)
    {
        Dictionary<string, YamlNode> fields = yaml.Fields(
            node, "group", "name", "interval", "query_offset", "limit", "labels", "rules");
        string name = yaml.Text(fields, "name");
        if (name.Length == 0) yaml.Refuse(node, "Groupname must not be empty");
        SortedDictionary<string, (string Text, YamlNode Node)> labels = yaml.Texts(fields, "labels");
        rules.CheckLabels(labels);
        RuleSpec[] parsed = [.. yaml.Items(fields, "rules").Select(rule => rules.Parse(rule, labels))];
        return new RuleGroupSpec
        {
            File = file,
            Name = name,
            Interval = Duration(fields, "interval") is { } interval && interval > TimeSpan.Zero ? interval : null,
            QueryOffset = Duration(fields, "query_offset") ?? TimeSpan.Zero,
            Limit = Limit(fields),
            Rules = parsed,
            Fingerprint = YamlText.Of(node),
        };
    }

    private TimeSpan? Duration(Dictionary<string, YamlNode> fields, string name)
    {
        string text = yaml.Text(fields, name);
        if (text.Length == 0) return null;
        if (Durations.TryParse(text, out string? error) is { } ms) return TimeSpan.FromMilliseconds(ms);
        yaml.Refuse(fields[name], $"{name}: {error}");
        return null;
    }

    private int Limit(Dictionary<string, YamlNode> fields)
    {
        string text = yaml.Text(fields, "limit");
        if (text.Length == 0) return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)) return limit;
        yaml.Refuse(fields["limit"], "limit must be a whole number that is not negative");
        return 0;
    }
}
