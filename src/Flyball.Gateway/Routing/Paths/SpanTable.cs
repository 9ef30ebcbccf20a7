namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// An immutable hash table from strings that is looked up by span, so that a request's host and path are matched
/// without a string being made of them. Changing one key copies one bucket and the array of buckets (8 bytes a bucket),
/// not the table. It is never iterated: nothing depends on the order of hashes.
/// </summary>
internal sealed class SpanTable<T> where T : class
{
    private const int BucketsMin = 8;

    /// <summary>Entries a bucket on average before the array of buckets doubles.</summary>
    private const int LoadMax = 2;

    private readonly Entry[]?[] buckets;
    private readonly StringComparison comparison;

    private SpanTable(Entry[]?[] buckets, int count, StringComparison comparison)
    {
        this.buckets = buckets;
        this.comparison = comparison;
        Count = count;
    }

    public int Count { get; }

    public static SpanTable<T> Empty(StringComparison comparison) => new(new Entry[]?[BucketsMin], 0, comparison);

    public T? Find(ReadOnlySpan<char> key)
    {
        int hash = string.GetHashCode(key, comparison);
        if (buckets[hash & (buckets.Length - 1)] is not { } bucket) return null;
        foreach (ref readonly Entry entry in bucket.AsSpan())
        {
            if (entry.Hash == hash && key.Equals(entry.Key, comparison)) return entry.Value;
        }

        return null;
    }

    /// <summary>Begins a set of changes that ends in a new table; this one stays as it is.</summary>
    public Editor Edit() => new(this);

    private readonly record struct Entry(int Hash, string Key, T Value);

    /// <summary>Changes one at a time; buckets are copied, so tables handed out before are untouched.</summary>
    public sealed class Editor(SpanTable<T> from)
    {
        private Entry[]?[] buckets = [.. from.buckets];

        public int Count { get; private set; } = from.Count;

        public T? Find(string key)
        {
            int hash = string.GetHashCode(key, from.comparison);
            Entry[]? bucket = buckets[hash & (buckets.Length - 1)];
            int index = IndexOf(bucket, hash, key);
            return index < 0 ? null : bucket![index].Value;
        }

        public void Set(string key, T value)
        {
            if (Count >= buckets.Length * LoadMax) Grow();
            int hash = string.GetHashCode(key, from.comparison);
            ref Entry[]? bucket = ref buckets[hash & (buckets.Length - 1)];
            int index = IndexOf(bucket, hash, key);
            var entry = new Entry(hash, key, value);
            if (index < 0)
            {
                bucket = [.. bucket ?? [], entry];
                Count++;
            }
            else
            {
                bucket = [.. bucket![..index], entry, .. bucket[(index + 1)..]];
            }
        }

        public void Remove(string key)
        {
            int hash = string.GetHashCode(key, from.comparison);
            ref Entry[]? bucket = ref buckets[hash & (buckets.Length - 1)];
            int index = IndexOf(bucket, hash, key);
            if (index < 0) return;
            bucket = bucket!.Length == 1 ? null : [.. bucket[..index], .. bucket[(index + 1)..]];
            Count--;
        }

        /// <summary>The table with all changes; the editor is not to be used afterwards.</summary>
        public SpanTable<T> Build() => new(buckets, Count, from.comparison);

        private int IndexOf(Entry[]? bucket, int hash, string key)
        {
            for (int i = 0; i < (bucket?.Length ?? 0); i++)
            {
                if (bucket![i].Hash == hash && string.Equals(bucket[i].Key, key, from.comparison)) return i;
            }

            return -1;
        }

        private void Grow()
        {
            var larger = new Entry[]?[buckets.Length * 2];
            foreach (Entry[]? bucket in buckets)
            {
                foreach (Entry entry in bucket ?? [])
                {
                    ref Entry[]? target = ref larger[entry.Hash & (larger.Length - 1)];
                    target = [.. target ?? [], entry];
                }
            }

            buckets = larger;
        }
    }
}
