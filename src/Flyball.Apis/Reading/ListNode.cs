namespace Flyball.Apis.Reading;

/// <summary>A JSON array or a YAML sequence.</summary>
internal sealed class ListNode(int line, int column, IReadOnlyList<DocNode> items) : DocNode(line, column)
{
    public IReadOnlyList<DocNode> Items => items;

    public override long Size { get; } = 1 + items.Sum(item => item.Size);
}
