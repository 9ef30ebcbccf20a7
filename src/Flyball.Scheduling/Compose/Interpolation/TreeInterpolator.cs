using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>
/// Expands variables in every value of a file, as Compose does (keys stay as they are). Nodes that aliases share are
/// expanded once and stay shared.
/// </summary>
internal sealed class TreeInterpolator(VariableScope scope, ExpansionBudget budget, DiagnosticBag diagnostics)
{
    private readonly Dictionary<ComposeNode, ComposeNode> _done = new(ReferenceEqualityComparer.Instance);

    public ComposeNode Expand(ComposeNode node, string path = "")
    {
        if (_done.TryGetValue(node, out ComposeNode? known)) return known;
        ComposeNode expanded = node switch
        {
            ScalarNode scalar => ExpandScalar(scalar, path),
            ListNode list =>
                new ListNode(list.Mark, [.. list.Items.Select((item, i) => Expand(item, $"{path}[{i}]"))], list.Tag),
            MapNode map => new MapNode(map.Mark, [.. map.Entries.Select(entry => Expand(entry, path))], map.Tag),
            _ => throw new InvalidOperationException($"BUG: {node.GetType()} is no known node."),
        };
        _done.Add(node, expanded);
        return expanded;
    }

    private MapEntry Expand(MapEntry entry, string path) =>
        entry with { Value = Expand(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}") };

    private ScalarNode ExpandScalar(ScalarNode scalar, string path)
    {
        List<string> unset = [];
        string text = Template.Expand(scalar.Text, scope.Find, budget, unset, out string? error);
        if (error is not null) diagnostics.Error(scalar.Mark, path, error);
        foreach (string name in unset)
            diagnostics.Warn(
                scalar.Mark, path, $"the variable '{name}' is not set: taken as empty",
                $"write ${{{name}:-}} to mean it");
        return ReferenceEquals(text, scalar.Text) ? scalar : scalar.WithText(text);
    }
}
