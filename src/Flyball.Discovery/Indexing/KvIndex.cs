using Flyball.Base.Resources;
using Flyball.Discovery.Etcd;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>Every key in order, who waits for which, and which session holds which.</summary>
internal sealed class KvIndex(EtcdHistory history)
{
    /// <summary>Deleted keys whose moment is remembered.</summary>
    private const int TombstonesMax = 8_192;

    private readonly Lock gate = new();
    private readonly SortedSet<KvItem> items = new(KeyOrder.Instance);
    private readonly Dictionary<string, KvItem> byRow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> held = new(StringComparer.Ordinal);
    private readonly Tombstones deleted = new(TombstonesMax, StringComparer.Ordinal);
    private readonly KeyWatches exact = new();
    private readonly KeyWatches prefixes = new();
    private long bytes;

    /// <summary>Keys and values, as they are stored.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    public void Begin(long floor)
    {
        lock (gate) deleted.Begin(floor);
    }

    public void Apply(ResourceChange change)
    {
        string? key;
        lock (gate)
        {
            byRow.Remove(change.Key.Name, out KvItem? before);
            if (before is not null) Remove(before);
            KvEntry? entry = change.Current is { } current ? RegistrationKinds.Kv.Decode(current.Value.Span) : null;
            if (entry is not null) Add(change.Key.Name, new KvItem(entry.Key, entry.Session, change.Current!));
            else if (before is not null) deleted.Add(before.Key, change.Revision.Value);
            key = entry?.Key ?? before?.Key;
            if (key is not null)
            {
                history.Changed(
                    key, before is null ? null : ValueOf(before.Entry, before.ModifyIndex),
                    entry is null ? null : ValueOf(entry, change.Revision.Value), change.Revision.Value);
            }
        }

        if (key is null) return;
        exact.Fire(key);
        prefixes.FirePrefixes(key);
    }

    public IEnumerable<string> Rows
    {
        get
        {
            lock (gate) return [.. byRow.Keys];
        }
    }

    public long RevisionOf(string row)
    {
        lock (gate) return byRow.TryGetValue(row, out KvItem? item) ? item.ModifyIndex : 0;
    }

    /// <summary>One key and the index of it, whether it is there or not.</summary>
    public (KvItem? Item, long Index) Find(string key)
    {
        lock (gate)
        {
            KvItem? item = items.TryGetValue(Probe(key), out KvItem? found) ? found : null;
            return (item, item is null ? deleted.Find(key) : Math.Max(item.ModifyIndex, deleted.Floor));
        }
    }

    /// <summary>The keys with a prefix, in order, and the index of all of them.</summary>
    public (IReadOnlyList<KvItem> Items, long Index) List(string prefix)
    {
        lock (gate)
        {
            long index = deleted.FindPrefix(prefix);
            var found = new List<KvItem>();
            foreach (KvItem item in prefix.Length == 0 ? items : items.GetViewBetween(Probe(prefix), KeyOrder.Last))
            {
                if (!item.Key.StartsWith(prefix, StringComparison.Ordinal)) break;
                found.Add(item);
                index = Math.Max(index, item.ModifyIndex);
            }

            return (found, index);
        }
    }

    public IReadOnlyList<string> HeldBy(string session)
    {
        lock (gate) return held.TryGetValue(session, out SortedSet<string>? keys) ? [.. keys] : [];
    }

    /// <summary>Every session that holds a key.</summary>
    public IReadOnlyList<string> Holders()
    {
        lock (gate) return [.. held.Keys];
    }

    /// <summary>Watches one key, or all with a prefix, until disposed.</summary>
    public KeyWatches.Watch Watch(string key, bool isPrefix) => (isPrefix ? prefixes : exact).Begin(key);

    private static EtcdValue ValueOf(KvEntry entry, long modified) => new(
        EtcdTree.Text(entry.Value), entry.CreatedRevision == 0 ? modified : entry.CreatedRevision, modified);

    private void Add(string row, KvItem item)
    {
        byRow.Add(row, item);
        items.Add(item);
        bytes += item.Bytes;
        if (item.Session is not { } session) return;
        if (!held.TryGetValue(session, out SortedSet<string>? keys))
            held.Add(session, keys = new SortedSet<string>(StringComparer.Ordinal));
        keys.Add(item.Key);
    }

    private void Remove(KvItem item)
    {
        items.Remove(item);
        bytes -= item.Bytes;
        if (item.Session is not { } session || !held.TryGetValue(session, out SortedSet<string>? keys)) return;
        keys.Remove(item.Key);
        if (keys.Count == 0) held.Remove(session);
    }

    private static KvItem Probe(string key) =>
        new(key, null, new StoredResource(default, Revision.None, default));

    private sealed class KeyOrder : IComparer<KvItem>
    {
        public static readonly KeyOrder Instance = new();

        /// <summary>After every key.</summary>
        public static readonly KvItem Last = Probe("\uffff\uffff");

        public int Compare(KvItem? x, KvItem? y)
        {
            if (ReferenceEquals(x, Last)) return ReferenceEquals(y, Last) ? 0 : 1;
            return ReferenceEquals(y, Last) ? -1 : string.CompareOrdinal(x!.Key, y!.Key);
        }
    }
}
