using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Rules.Templating;
using YamlDotNet.RepresentationModel;

namespace Flyball.Metrics.Rules.Files;

/// <summary>Reads and checks one rule.</summary>
internal sealed class RuleParser(YamlReader yaml, PromQlFeatures features)
{
    private static readonly NumberLiteral Nothing = new(0, default);

    /// <param name="node">The rule.</param>
    /// <param name="groupLabels">Labels of all rules of the group; a rule's own win.</param>
    public RuleSpec Parse(YamlNode node, SortedDictionary<string, (string Text, YamlNode Node)> groupLabels)
    {
        Dictionary<string, YamlNode> fields = yaml.Fields(
            node, "rule", "record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations");
        string record = yaml.Text(fields, "record");
        string alert = yaml.Text(fields, "alert");
        if (record.Length > 0 == alert.Length > 0)
        {
            yaml.Refuse(node, record.Length > 0
                ? "only one of 'record' and 'alert' must be set"
                : "one of 'record' or 'alert' must be set");
        }

        SortedDictionary<string, (string Text, YamlNode Node)> labels = yaml.Texts(fields, "labels");
        CheckLabels(labels);
        SortedDictionary<string, (string Text, YamlNode Node)> annotations = yaml.Texts(fields, "annotations");
        TimeSpan hold = Duration(fields, "for");
        TimeSpan keep = Duration(fields, "keep_firing_for");
        if (record.Length > 0) CheckRecording(fields, record, hold, keep, annotations.Count > 0);
        foreach (string name in annotations.Keys.Where(name => !LabelNames.IsValid(name)))
            yaml.Refuse(annotations[name].Node, $"invalid annotation name: {name}");
        foreach ((string name, (string Text, YamlNode Node) value) in groupLabels) labels.TryAdd(name, value);
        Expr expr = ParseExpr(node, fields);
        bool isAlert = record.Length == 0;
        return new RuleSpec
        {
            Name = isAlert ? alert : record,
            IsAlert = isAlert,
            Expr = expr,
            Query = expr.ToString(),
            For = hold,
            KeepFiringFor = keep,
            Labels = Templates(labels, isAlert, "label"),
            Annotations = Templates(annotations, isAlert, "annotation"),
        };
    }

    public void CheckLabels(SortedDictionary<string, (string Text, YamlNode Node)> labels)
    {
        foreach ((string name, (string Text, YamlNode Node) value) in labels)
        {
            if (!LabelNames.IsValid(name) || name == LabelNames.MetricName)
                yaml.Refuse(value.Node, $"invalid label name: {name}");
        }
    }

    private void CheckRecording(
        Dictionary<string, YamlNode> fields, string record, TimeSpan hold, TimeSpan keep, bool hasAnnotations)
    {
        if (hasAnnotations) yaml.Refuse(fields["annotations"], "invalid field 'annotations' in recording rule");
        if (hold != TimeSpan.Zero) yaml.Refuse(fields["for"], "invalid field 'for' in recording rule");
        if (keep != TimeSpan.Zero)
            yaml.Refuse(fields["keep_firing_for"], "invalid field 'keep_firing_for' in recording rule");
        // Any characters may be in a name, but braces here are a selector that somebody wrote by mistake.
        if (!LabelNames.IsValid(record) || record.AsSpan().ContainsAny('{', '}'))
            yaml.Refuse(fields["record"], $"invalid recording rule name: {record}");
    }

    private Expr ParseExpr(YamlNode node, Dictionary<string, YamlNode> fields)
    {
        string text = yaml.Text(fields, "expr");
        if (text.Length == 0)
        {
            yaml.Refuse(node, "field 'expr' must be set in rule");
            return Nothing;
        }

        ParseResult parsed = ExprParser.Parse(text, features);
        if (!parsed.IsSuccess) yaml.Refuse(fields["expr"], $"could not parse expression: {parsed.Error}");
        else if (parsed.Expr.Type is not (ExprType.Vector or ExprType.Scalar))
            yaml.Refuse(fields["expr"], $"the expression gives a {parsed.Expr.Type.DocumentedName()}, not a vector");
        return parsed.Expr ?? Nothing;
    }

    private TimeSpan Duration(Dictionary<string, YamlNode> fields, string name)
    {
        string text = yaml.Text(fields, name);
        if (text.Length == 0) return TimeSpan.Zero;
        if (Durations.TryParse(text, out string? error) is { } ms) return TimeSpan.FromMilliseconds(ms);
        yaml.Refuse(fields[name], $"{name}: {error}");
        return TimeSpan.Zero;
    }

    /// <summary>Only alerts have templates; a recording rule's braces are text.</summary>
    private List<(string Name, Template Value)> Templates(
        SortedDictionary<string, (string Text, YamlNode Node)> texts, bool isAlert, string what)
    {
        var templates = new List<(string Name, Template Value)>(texts.Count);
        foreach ((string name, (string text, YamlNode node)) in texts)
        {
            Template? template = isAlert ? Template.TryParse(text, out string error) : Template.Plain(text, out error);
            if (template is null) yaml.Refuse(node, $"could not parse template of {what} {name}: {error}");
            else templates.Add((name, template));
        }

        return templates;
    }
}
