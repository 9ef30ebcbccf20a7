namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>A sequence.</summary>
internal sealed class ListNode(SourceMark mark, IReadOnlyList<ComposeNode> items, MergeTag tag = MergeTag.None)
    : ComposeNode(mark, tag, 1 + items.Sum(item => item.Size))
{
    public IReadOnlyList<ComposeNode> Items => items;
}
