using System.Collections.Immutable;

namespace Flyball.Base.Resources;

/// <summary>
/// All resources as of one revision: immutable, shared by every reader, and cheap to derive from its predecessor
/// (a tree a kind, ordered by ordinal, so that iteration never depends on string hashes).
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
        kinds.TryGetValue(key.Kind, out KindTable? table) ? table.Rows.Find(key.Namespace, key.Name) : null;

    public Resource<T>? Get<T>(ResourceKind<T> kind, string name, string ns = ResourceKey.DefaultNamespace)
        where T : class =>
        Find(kind.Key(name, ns)) is { } found ? new Resource<T>(found.Key, found.Revision, found.Decode(kind)) : null;

    /// <summary>The resources of a kind, by name, then namespace, in ordinal order.</summary>
    public IEnumerable<StoredResource> List(string kind) =>
        kinds.TryGetValue(kind, out KindTable? table) ? table.Rows.All() : [];

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
            foreach (StoredResource row in table.Rows.All())
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

    private sealed record KindTable(OrderedRows Rows, Revision LastChange, ValueTemplate? Template)
    {
        /// <summary>Rows of a kind from which on values are packed: fewer are not worth the time.</summary>
        private const int PackFrom = 4_096;

        public static readonly KindTable Empty = new(OrderedRows.Empty, Revision.None, null);

        public sealed class Builder(KindTable from)
        {
            private readonly OrderedRows.Builder rows = new(from.Rows);
            private Revision last = from.LastChange;
            private ValueTemplate? template = from.Template;

            public void Apply(ResourceChange change)
            {
                if (change.Current is { } current) Set(current);
                else rows.Remove(change.Key.Namespace, change.Key.Name);
                if (change.Revision > last) last = change.Revision;
            }

            public KindTable Build() => new(rows.Build(), last, template);

            private void Set(StoredResource row)
            {
                rows.Set(row);
                if (rows.Count < PackFrom) return;
                // By one that came late: the first of a kind are seldom like the thousands.
                template ??= ValueTemplate.Of(row.Value.Span);
                if (template is not null) row.Pack(template);
            }
        }
    }
}
