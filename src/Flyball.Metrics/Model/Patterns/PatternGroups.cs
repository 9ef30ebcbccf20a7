namespace Flyball.Metrics.Model.Patterns;

/// <summary>The capturing groups of a pattern.</summary>
internal static class PatternGroups
{
    /// <summary>A name or null for each group, in the order they open.</summary>
    public static IReadOnlyList<string?> NamesIn(PatternNode tree)
    {
        var names = new List<string?>();
        Collect(tree, names);
        return names;
    }

    private static void Collect(PatternNode node, List<string?> names)
    {
        switch (node)
        {
            case PatternNode.Capture capture:
                names.Add(capture.Name);
                Collect(capture.Part, names);
                break;
            case PatternNode.Repeat repeat:
                Collect(repeat.Part, names);
                break;
            case PatternNode.Sequence sequence:
                foreach (PatternNode part in sequence.Parts) Collect(part, names);
                break;
            case PatternNode.Choice choice:
                foreach (PatternNode option in choice.Options) Collect(option, names);
                break;
        }
    }
}
