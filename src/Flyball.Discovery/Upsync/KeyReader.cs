using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Upsync;

/// <summary>Reads stored keys and those that stand for instances as one space of keys.</summary>
internal sealed class KeyReader(CatalogueIndex index)
{
    /// <summary>The index of a key, or of all with a prefix.</summary>
    public long IndexOf(string key, bool isPrefix)
    {
        long stored = isPrefix ? index.Kv.List(key).Index : index.Kv.Find(key).Index;
        return UpsyncProjection.ServiceOf(key) is { } service ? Math.Max(stored, index.IndexOf(service)) : stored;
    }

    public KeyView? Find(string key)
    {
        if (index.Kv.Find(key).Item is { } item) return KeyView.Of(item);
        return UpsyncProjection.ServiceOf(key) is { } service
            && UpsyncProjection.Keys(index, service, key).FirstOrDefault(one => one.Key == key) is { } projected
            ? KeyView.Of(projected)
            : null;
    }

    /// <summary>All with a prefix, in order.</summary>
    public IEnumerable<KeyView> List(string prefix)
    {
        IEnumerable<KeyView> stored = index.Kv.List(prefix).Items.Select(KeyView.Of);
        if (UpsyncProjection.ServiceOf(prefix) is not { } service) return stored;
        IReadOnlyList<ProjectedKey> projected = UpsyncProjection.Keys(index, service, prefix);
        if (projected.Count == 0) return stored;
        List<KeyView> own = [.. stored];
        HashSet<string> overruled = [.. own.Select(one => one.Key)];
        return own.Concat(projected.Where(key => !overruled.Contains(key.Key)).Select(KeyView.Of))
            .OrderBy(key => key.Key, StringComparer.Ordinal);
    }
}
