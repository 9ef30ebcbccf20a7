using Flyball.Contracts.Yaml;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Reads a list of <c>targets</c> and <c>labels</c>, in YAML or JSON.</summary>
internal static class TargetGroupReader
{
    public static List<TargetGroup> Read(IReadOnlyList<YamlNode> items, YamlProblems problems)
    {
        var groups = new List<TargetGroup>();
        foreach (YamlNode item in items)
        {
            if (YamlFields.TryOf(item, problems) is not { } fields) continue;
            IReadOnlyList<string> targets = fields.Texts("targets");
            var labels = new LabelsBuilder();
            foreach ((string name, string value) in fields.Pairs("labels"))
            {
                if (LabelNames.IsValid(name)) labels.Set(name, value);
                else fields.Fail("labels", $"has an invalid name {name}");
            }

            fields.Finish();
            groups.Add(new TargetGroup(
                labels.ToLabels(), [.. targets.Select(address => Labels.Of(("__address__", address)))]));
        }

        return groups;
    }

    /// <summary>Reads a whole file or answer; null, with problems, when it is not a list of groups.</summary>
    public static List<TargetGroup>? TryRead(string text, YamlProblems problems)
    {
        YamlNode? root = YamlTree.TryRead(text, problems);
        if (problems.Any) return null;
        if (root is null) return [];
        if (root is not YamlList list)
        {
            problems.Add(root, "a list of target groups is expected");
            return null;
        }

        List<TargetGroup> groups = Read(list.Items, problems);
        return problems.Any ? null : groups;
    }
}
