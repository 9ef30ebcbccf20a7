using System.Collections.Immutable;

namespace Flyball.Base.Resources;

/// <summary>
/// All resources as of one revision: immutable, shared by every reader, and cheap to derive from its predecessor
/// (balanced trees per kind, ordered by ordinal, so that iteration never depends on string hashes).
/// </summary>
public sealed class ResourceSnapshot
{
    public static readonly ResourceSnapshot Empty =
        new(Revision.None, ImmutableSortedDictionary.Create<string, KindTable>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, KindTable> kinds;

    private ResourceSnapshot(Revision revision, ImmutableSortedDictionary<string, KindTable> kinds)
    {
        Revision = revision;
        this.kinds = kinds;
    }

    /// <summary>The last transaction that this snapshot holds.</summary>
    public Revision Revision { get; }

    public StoredResource? Find(ResourceKey key) =>
        kinds.TryGetValue(key.Kind, out KindTable? table)
            && table.Rows.TryGetValue((key.Namespace, key.Name), out StoredResource? found)
            ? found
            : null;

    public Resource<T>? Get<T>(ResourceKind<T> kind, string name, string ns = ResourceKey.DefaultNamespace)
        where T : class =>
        Find(kind.Key(name, ns)) is { } found ? new Resource<T>(found.Key, found.Revision, found.Decode(kind)) : null;

    /// <summary>The resources of a kind, by name, then namespace, in ordinal order.</summary>
    public IEnumerable<StoredResource> List(string kind) =>
        kinds.TryGetValue(kind, out KindTable? table) ? table.Rows.Values : [];

    /// <summary>The resources of a kind, decoded, by name, then namespace, in ordinal order.</summary>
    public IEnumerable<Resource<T>> List<T>(ResourceKind<T> kind) where T : class
    {
        foreach (StoredResource row in List(kind.Name))
            yield return new Resource<T>(row.Key, row.Revision, row.Decode(kind));
    }

    public int Count(string kind) => kinds.TryGetValue(kind, out KindTable? table) ? table.Rows.Count : 0;

    /// <summary>The revision of the last transaction that touched this kind; unchanged means nothing to do.</summary>
    public Revision LastChange(string kind) =>
        kinds.TryGetValue(kind, out KindTable? table) ? table.LastChange : Revision.None;

    /// <summary>Every resource of every kind, by kind, name and namespace.</summary>
    public IEnumerable<StoredResource> All()
    {
        foreach (KindTable table in kinds.Values)
            foreach (StoredResource row in table.Rows.Values)
                yield return row;
    }

    /// <summary>
    /// This snapshot with <paramref name="changes"/> applied in order; it stands at <paramref name="revision"/>.
    /// </summary>
    public ResourceSnapshot Apply(IReadOnlyList<ResourceChange> changes, Revision revision)
    {
        if (changes.Count == 0) return new ResourceSnapshot(revision, kinds);
        var next = kinds.ToBuilder();
        var open = new Dictionary<string, KindTable.Builder>(StringComparer.Ordinal);
        foreach (ResourceChange change in changes)
        {
            if (!open.TryGetValue(change.Key.Kind, out KindTable.Builder? builder))
            {
                builder = new KindTable.Builder(kinds.GetValueOrDefault(change.Key.Kind, KindTable.Empty));
                open.Add(change.Key.Kind, builder);
            }

            builder.Apply(change);
        }

        foreach ((string kind, KindTable.Builder builder) in open) next[kind] = builder.Build();
        return new ResourceSnapshot(revision, next.ToImmutable());
    }

    /// <summary>A snapshot built from a full listing.</summary>
    public static ResourceSnapshot From(IEnumerable<StoredResource> resources, Revision revision) =>
        Empty.Apply([.. resources.Select(ResourceChange.Put)], revision);

    private sealed record KindTable(
        ImmutableSortedDictionary<(string Namespace, string Name), StoredResource> Rows,
        Revision LastChange)
    {
        public static readonly KindTable Empty = new(
            ImmutableSortedDictionary.Create<(string Namespace, string Name), StoredResource>(NameOrder.Instance),
            Revision.None);

        public sealed class Builder(KindTable from)
        {
            private readonly ImmutableSortedDictionary<(string Namespace, string Name), StoredResource>.Builder rows =
                from.Rows.ToBuilder();
            private Revision last = from.LastChange;

            public void Apply(ResourceChange change)
            {
                var name = (change.Key.Namespace, change.Key.Name);
                if (change.Current is { } current) rows[name] = current;
                else rows.Remove(name);
                if (change.Revision > last) last = change.Revision;
            }

            public KindTable Build() => new(rows.ToImmutable(), last);
        }
    }

    private sealed class NameOrder : IComparer<(string Namespace, string Name)>
    {
        public static readonly NameOrder Instance = new();

        public int Compare((string Namespace, string Name) x, (string Namespace, string Name) y)
        {
            int order = string.CompareOrdinal(x.Name, y.Name);
            return order == 0 ? string.CompareOrdinal(x.Namespace, y.Namespace) : order;
        }
    }
}
