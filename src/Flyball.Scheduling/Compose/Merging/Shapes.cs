using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Merging;

/// <summary>Brings the short and long form of a value into one, so that they can be merged and read alike.</summary>
internal static class Shapes
{
    public static ComposeNode Canonical(ComposeNode node, MergeRule rule) => (rule, node) switch
    {
        (MergeRule.KeyValues, ListNode list) => KeyValues(list, hosts: false),
        (MergeRule.Hosts, ListNode list) => KeyValues(list, hosts: true),
        (MergeRule.Names, ListNode list) => Names(list),
        (MergeRule.Set, ScalarNode { IsNull: false }) => new ListNode(node.Mark, [node], node.Tag),
        (MergeRule.Build, ScalarNode { IsNull: false }) =>
            new MapNode(node.Mark, [new MapEntry("context", node.Mark, node)], node.Tag),
        _ => node,
    };

    // What is no text stays a list, for the section to refuse.
    private static ComposeNode KeyValues(ListNode list, bool hosts)
    {
        OrderedDictionary<string, MapEntry> entries = new(StringComparer.Ordinal);
        foreach (ComposeNode item in list.Items)
        {
            if (item is not ScalarNode { IsNull: false } scalar) return list;
            (string key, string? value) = KeyValueText.Split(scalar.Text, hosts);
            ScalarNode node = value is null ? ScalarNode.Null(item.Mark) : ScalarNode.Of(item.Mark, value);
            entries[key] = new MapEntry(key, item.Mark, node);
        }
        return new MapNode(list.Mark, [.. entries.Values], list.Tag);
    }

    private static ComposeNode Names(ListNode list)
    {
        OrderedDictionary<string, MapEntry> entries = new(StringComparer.Ordinal);
        foreach (ComposeNode item in list.Items)
        {
            if (item is not ScalarNode { IsNull: false } scalar) return list;
            entries.TryAdd(scalar.Text, new MapEntry(scalar.Text, item.Mark, ScalarNode.Null(item.Mark)));
        }
        return new MapNode(list.Mark, [.. entries.Values], list.Tag);
    }
}
