using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Flyball.Metrics.Rules.Files;

/// <summary>Reads fields of YAML mappings and gathers what is wrong with them.</summary>
internal sealed class YamlReader(string file)
{
    private readonly List<RuleProblem> problems = [];

    public IReadOnlyList<RuleProblem> Problems => problems;

    public void Refuse(YamlNode? node, string message) =>
        problems.Add(new RuleProblem(file, (int)(node?.Start.Line ?? 0), (int)(node?.Start.Column ?? 0), message));

    /// <summary>The document's root; null when it is empty or no YAML.</summary>
    public YamlNode? Load(string text)
    {
        try
        {
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            if (stream.Documents.Count > 1) Refuse(stream.Documents[1].RootNode, "only one document is expected");
            return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser says so of some texts that it does not understand.
            problems.Add(new RuleProblem(file, 0, 0, $"this is no YAML: {e.Message}"));
            return null;
        }
        catch (YamlException e)
        {
            problems.Add(
                new RuleProblem(file, (int)e.Start.Line, (int)e.Start.Column, e.InnerException?.Message ?? e.Message));
            return null;
        }
    }

    /// <summary>The fields of a mapping; what is not among <paramref name="known"/> is refused.</summary>
    public Dictionary<string, YamlNode> Fields(YamlNode node, string what, params ReadOnlySpan<string> known)
    {
        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Refuse(node, $"{what} must be a mapping");
            return fields;
        }

        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name)) Refuse(key, $"field {name} not found in {what}");
            else fields[name] = value;
        }

        return fields;
    }

    public IEnumerable<YamlNode> Items(Dictionary<string, YamlNode> fields, string name)
    {
        if (!fields.TryGetValue(name, out YamlNode? node) || IsNull(node)) return [];
        if (node is YamlSequenceNode list) return list.Children;
        Refuse(node, $"{name} must be a list");
        return [];
    }

    /// <summary>A scalar's text; empty when the field is absent.</summary>
    public string Text(Dictionary<string, YamlNode> fields, string name)
    {
        if (!fields.TryGetValue(name, out YamlNode? node) || IsNull(node)) return "";
        if (node is YamlScalarNode scalar) return scalar.Value ?? "";
        Refuse(node, $"{name} must be a single value");
        return "";
    }

    /// <summary>A mapping of names to texts, in the order of names.</summary>
    public SortedDictionary<string, (string Text, YamlNode Node)> Texts(
        Dictionary<string, YamlNode> fields, string name)
    {
        var texts = new SortedDictionary<string, (string Text, YamlNode Node)>(StringComparer.Ordinal);
        if (!fields.TryGetValue(name, out YamlNode? node) || IsNull(node)) return texts;
        if (node is not YamlMappingNode mapping)
        {
            Refuse(node, $"{name} must be a mapping");
            return texts;
        }

        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } label } && value is YamlScalarNode scalar)
                texts[label] = (scalar.Value ?? "", key);
            else Refuse(value, $"{name} must map names to single values");
        }

        return texts;
    }

    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
