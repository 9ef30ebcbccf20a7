using Flyball.Contracts.Yaml;
using Flyball.Metrics.Model.Patterns;
using Flyball.Metrics.Relabelling;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>Reads <c>relabel_configs</c> and <c>metric_relabel_configs</c>.</summary>
internal static class RelabelRuleReader
{
    public static IReadOnlyList<RelabelRule> Read(YamlFields owner, string key)
    {
        var rules = new List<RelabelRule>();
        foreach (YamlNode item in owner.List(key))
        {
            if (YamlFields.TryOf(item, owner.Problems) is { } fields && TryRead(fields) is { } rule) rules.Add(rule);
        }

        return rules;
    }

    private static RelabelRule? TryRead(YamlFields fields)
    {
        string actionText = fields.Text("action", "replace");
        RelabelAction? action = RelabelRules.TryParseAction(actionText);
        if (action is null)
        {
            string? near = NearestWord.Of(actionText, RelabelRules.ActionNames);
            fields.Fail("action", $"is none of relabelling's{(near is null ? "" : $"; did you mean {near}?")}");
        }

        var rule = new RelabelRule
        {
            Action = action ?? RelabelAction.Replace,
            SourceLabels = fields.Texts("source_labels"),
            Separator = fields.Text("separator", ";"),
            TargetLabel = fields.Text("target_label", ""),
            Replacement = fields.Text("replacement", RelabelRule.DefaultReplacement),
            Modulus = ReadModulus(fields),
        };
        string pattern = fields.Text("regex", RelabelRule.DefaultPattern);
        if (pattern != RelabelRule.DefaultPattern)
        {
            if (ValuePattern.TryCreate(pattern, out string? error) is { } read) rule = rule with { Pattern = read };
            else fields.Fail("regex", $"is not valid: {error}");
        }

        fields.Finish();
        if (action is null) return null;
        if (RelabelRules.Check(rule) is not { } problem) return rule;
        fields.Problems.Add(fields.Map, problem);
        return null;
    }

    private static ulong ReadModulus(YamlFields fields)
    {
        string? text = fields.Text("modulus");
        if (text is null) return 0;
        if (ulong.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out ulong modulus)) return modulus;
        fields.Fail("modulus", $"takes a whole number, not {text}");
        return 0;
    }
}
