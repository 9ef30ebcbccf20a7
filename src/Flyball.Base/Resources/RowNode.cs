namespace Flyball.Base.Resources;

/// <summary>
/// A node of <see cref="OrderedRows"/>: rows, or nodes below it. It belongs to the builder that made it, which alone
/// may change it, and only while it builds.
/// </summary>
internal sealed class RowNode
{
    /// <summary>Rows or nodes of one node: a change copies one such list on each level.</summary>
    public const int SizeMax = 64;

    /// <summary>A node with less than this joins its neighbour where both fit.</summary>
    private const int SizeMin = SizeMax / 4;

    private readonly object owner;
    private StoredResource first;

    public RowNode(object owner, StoredResource[] rows)
    {
        this.owner = owner;
        Rows = rows;
        first = rows[0];
    }

    public RowNode(object owner, RowNode[] children)
    {
        this.owner = owner;
        Children = children;
        first = children[0].first;
    }

    public StoredResource[] Rows { get; private set; } = [];

    /// <summary>Null in a node of rows.</summary>
    public RowNode[]? Children { get; private set; }

    public int Size => Children?.Length ?? Rows.Length;

    /// <summary>The row's place, or the complement of where it would be.</summary>
    public int RowOf(string ns, string name)
    {
        int low = 0;
        int high = Rows.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(Rows[middle], ns, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    /// <summary>The node below in which the row is or would be.</summary>
    public int ChildOf(string ns, string name)
    {
        int low = 1;
        int high = Children!.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (Compare(Children[middle].first, ns, name) <= 0) low = middle + 1;
            else high = middle - 1;
        }

        return low - 1;
    }

    /// <summary>This node, or a copy that the builder may change.</summary>
    public RowNode OwnedBy(object builder)
    {
        if (owner == builder) return this;
        return Children is null ? new RowNode(builder, [.. Rows]) : new RowNode(builder, [.. Children]);
    }

    /// <summary>Adds or replaces; the second half when the node became too large.</summary>
    public (bool IsNew, RowNode? Right) Set(StoredResource row, object builder)
    {
        if (Children is null)
        {
            int at = RowOf(row.Key.Namespace, row.Key.Name);
            if (at >= 0) Rows[at] = row;
            else Rows = [.. Rows.AsSpan(0, ~at), row, .. Rows.AsSpan(~at)];
            RowNode? rest = Rows.Length > SizeMax ? SplitRows(~at, builder) : null;
            first = Rows[0];
            return (at < 0, rest);
        }

        int child = ChildOf(row.Key.Namespace, row.Key.Name);
        RowNode below = Children[child] = Children[child].OwnedBy(builder);
        (bool isNew, RowNode? right) = below.Set(row, builder);
        if (right is not null)
            Children = [.. Children.AsSpan(0, child + 1), right, .. Children.AsSpan(child + 1)];
        RowNode? half = Children.Length > SizeMax ? SplitChildren(child + 1, builder) : null;
        first = Children[0].first;
        return (isNew, half);
    }

    /// <summary>False when it is not there. The node may be empty afterwards.</summary>
    public bool Remove(string ns, string name, object builder)
    {
        if (Children is null)
        {
            int at = RowOf(ns, name);
            if (at < 0) return false;
            Rows = [.. Rows.AsSpan(0, at), .. Rows.AsSpan(at + 1)];
            if (Rows.Length > 0) first = Rows[0];
            return true;
        }

        int child = ChildOf(ns, name);
        RowNode below = Children[child].OwnedBy(builder);
        if (!below.Remove(ns, name, builder)) return false;
        Children[child] = below;
        if (below.Size == 0) Children = [.. Children.AsSpan(0, child), .. Children.AsSpan(child + 1)];
        else if (below.Size < SizeMin) Join(child, builder);
        if (Children.Length > 0) first = Children[0].first;
        return true;
    }

    /// <summary>
    /// In the middle; at the end when rows come in order, so that nodes are full then.
    /// </summary>
    private RowNode SplitRows(int added, object builder)
    {
        int at = added == Rows.Length - 1 ? SizeMax : Rows.Length / 2;
        var right = new RowNode(builder, Rows[at..]);
        Rows = Rows[..at];
        return right;
    }

    private RowNode SplitChildren(int added, object builder)
    {
        int at = added == Children!.Length - 1 ? SizeMax : Children.Length / 2;
        var right = new RowNode(builder, Children[at..]);
        Children = Children[..at];
        return right;
    }

    private void Join(int child, object builder)
    {
        int left = child > 0 ? child - 1 : child;
        if (left + 1 >= Children!.Length) return;
        RowNode one = Children[left];
        RowNode other = Children[left + 1];
        if (one.Size + other.Size > SizeMax / 2) return;
        RowNode both = one.Children is { } nodes
            ? new RowNode(builder, [.. nodes, .. other.Children!]) : new RowNode(builder, [.. one.Rows, .. other.Rows]);
        Children = [.. Children.AsSpan(0, left), both, .. Children.AsSpan(left + 2)];
    }

    private static int Compare(StoredResource row, string ns, string name)
    {
        int order = string.CompareOrdinal(row.Key.Name, name);
        return order == 0 ? string.CompareOrdinal(row.Key.Namespace, ns) : order;
    }
}
