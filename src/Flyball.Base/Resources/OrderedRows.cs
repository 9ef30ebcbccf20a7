namespace Flyball.Base.Resources;

/// <summary>
/// The rows of one kind in the order of their names, immutable: a B-tree whose nodes are shared with the versions
/// before and after. A row costs about 12 bytes here, where a node each in a balanced binary tree costs 64.
/// </summary>
internal sealed class OrderedRows
{
    public static readonly OrderedRows Empty = new(null, 0);

    private readonly RowNode? root;

    private OrderedRows(RowNode? root, int count)
    {
        this.root = root;
        Count = count;
    }

    public int Count { get; }

    public StoredResource? Find(string ns, string name)
    {
        RowNode? node = root;
        while (node is { Children: { } children }) node = children[node.ChildOf(ns, name)];
        if (node is null) return null;
        int at = node.RowOf(ns, name);
        return at < 0 ? null : node.Rows[at];
    }

    /// <summary>By name, then namespace, in ordinal order.</summary>
    public IEnumerable<StoredResource> All()
    {
        if (root is null) yield break;
        var open = new Stack<(RowNode Node, int Next)>();
        open.Push((root, 0));
        while (open.TryPop(out (RowNode Node, int Next) top))
        {
            if (top.Node.Children is { } children)
            {
                if (top.Next + 1 < children.Length) open.Push((top.Node, top.Next + 1));
                open.Push((children[top.Next], 0));
                continue;
            }

            foreach (StoredResource row in top.Node.Rows) yield return row;
        }
    }

    /// <summary>Makes the next version. What it has made itself it changes in place.</summary>
    public sealed class Builder(OrderedRows from)
    {
        private readonly object owner = new();
        private RowNode? root = from.root;
        private int count = from.Count;

        public int Count => count;

        public void Set(StoredResource row)
        {
            if (root is null)
            {
                root = new RowNode(owner, [row]);
                count = 1;
                return;
            }

            RowNode own = root.OwnedBy(owner);
            (bool isNew, RowNode? right) = own.Set(row, owner);
            root = right is null ? own : new RowNode(owner, [own, right]);
            if (isNew) count++;
        }

        public void Remove(string ns, string name)
        {
            if (root is null) return;
            RowNode own = root.OwnedBy(owner);
            if (!own.Remove(ns, name, owner)) return;
            count--;
            while (own.Children is [var only]) own = only;
            root = own.Size == 0 ? null : own;
        }

        public OrderedRows Build() => root is null ? Empty : new OrderedRows(root, count);
    }
}
