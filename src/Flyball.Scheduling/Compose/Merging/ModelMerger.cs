using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Merging;

/// <summary>
/// Makes one model of two, by the rules of the key table: several <c>-f</c> files, and a service over the one that it
/// extends.
/// </summary>
internal sealed class ModelMerger(DiagnosticBag diagnostics)
{
    private int _entries;

    /// <summary>Null when what remains of <paramref name="over"/> is nothing (<c>!reset</c>).</summary>
    public ComposeNode? Merge(ComposeNode? under, ComposeNode over, KeyBranch? branch)
    {
        if (over.Tag == MergeTag.Reset) return null;
        MergeRule rule = branch?.Rule?.Merge ?? MergeRule.Default;
        if (under is null || over.Tag == MergeTag.Override || rule == MergeRule.Replace) return over;
        ComposeNode left = Shapes.Canonical(under, rule);
        ComposeNode right = Shapes.Canonical(over, rule);
        return (left, right) switch
        {
            (MapNode a, MapNode b) => MergeMaps(a, b, branch),
            (ListNode a, ListNode b) => MergeLists(a, b, rule),
            (MapNode or ListNode, ScalarNode { IsNull: true }) => left,
            _ => right,
        };
    }

    /// <summary>Takes away what is tagged <c>!reset</c> in a model that was merged with nothing.</summary>
    public static ComposeNode? WithoutResets(ComposeNode node)
    {
        if (node.Tag == MergeTag.Reset) return null;
        if (node is not MapNode map || !HasReset(map)) return node;
        List<MapEntry> kept = [];
        foreach (MapEntry entry in map.Entries)
            if (WithoutResets(entry.Value) is { } value) kept.Add(entry with { Value = value });
        return new MapNode(map.Mark, kept, map.Tag);
    }

    private static bool HasReset(MapNode map) =>
        map.Entries.Any(
            entry => entry.Value.Tag == MergeTag.Reset || (entry.Value is MapNode inner && HasReset(inner)));

    private MapNode MergeMaps(MapNode under, MapNode over, KeyBranch? branch)
    {
        if (!TryCount(under.Entries.Count + over.Entries.Count, over.Mark)) return over;
        List<MapEntry> merged = [];
        foreach (MapEntry entry in under.Entries)
        {
            MapEntry? later = over.Find(entry.Key);
            if (later is null) merged.Add(entry);
            else if (Merge(entry.Value, later.Value, branch?.Find(entry.Key)) is { } value)
                merged.Add(new MapEntry(entry.Key, later.KeyMark, value));
        }
        merged.AddRange(
            over.Entries.Where(entry => under.Find(entry.Key) is null && entry.Value.Tag != MergeTag.Reset));
        return new MapNode(over.Mark, merged);
    }

    private ListNode MergeLists(ListNode under, ListNode over, MergeRule rule)
    {
        if (!TryCount(under.Items.Count + over.Items.Count, over.Mark)) return over;
        return new ListNode(over.Mark, rule switch
        {
            MergeRule.Set => Unique(under, over, static item => item is ScalarNode scalar ? scalar.Text : null),
            MergeRule.Ports => Unique(under, over, ItemIdentity.OfPort),
            MergeRule.ByTarget => Unique(under, over, ItemIdentity.OfTarget),
            _ => [.. under.Items, .. over.Items],
        });
    }

    // A later item takes the place of the earlier one with the same identity; items without one are all kept.
    private static List<ComposeNode> Unique(ListNode under, ListNode over, Func<ComposeNode, string?> identityOf)
    {
        List<ComposeNode> items = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (ComposeNode item in under.Items.Concat(over.Items))
        {
            string? identity = identityOf(item);
            if (identity is not null && places.TryGetValue(identity, out int place))
            {
                items[place] = item;
                continue;
            }
            if (identity is not null) places.Add(identity, items.Count);
            items.Add(item);
        }
        return items;
    }

    private bool TryCount(int entries, SourceMark mark)
    {
        _entries += entries;
        if (_entries <= ComposeLimits.MergedEntriesMax) return true;
        diagnostics.Error(mark, "", $"files and extends copy more than {ComposeLimits.MergedEntriesMax} values");
        return false;
    }
}
