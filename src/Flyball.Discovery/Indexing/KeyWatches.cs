namespace Flyball.Discovery.Indexing;

/// <summary>Who waits for which keys or prefixes; a name is kept only while somebody waits for it.</summary>
internal sealed class KeyWatches
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (ChangeSignal Signal, int Count)> watched = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> lengths = [];

    public Watch Begin(string name)
    {
        lock (gate)
        {
            (ChangeSignal signal, int count) = watched.TryGetValue(name, out var known)
                ? known : (new ChangeSignal(), 0);
            watched[name] = (signal, count + 1);
            if (count == 0) lengths[name.Length] = lengths.GetValueOrDefault(name.Length) + 1;
            return new Watch(this, name, signal);
        }
    }

    public void Fire(string name)
    {
        lock (gate)
            if (watched.TryGetValue(name, out var found)) found.Signal.Fire();
    }

    /// <summary>Wakes every name that <paramref name="key"/> begins with.</summary>
    public void FirePrefixes(string key)
    {
        lock (gate)
        {
            if (watched.Count == 0) return;
            var lookup = watched.GetAlternateLookup<ReadOnlySpan<char>>();
            foreach (int length in lengths.Keys)
            {
                if (length > key.Length) break;
                if (lookup.TryGetValue(key.AsSpan(0, length), out var found)) found.Signal.Fire();
            }
        }
    }

    private void End(string name)
    {
        lock (gate)
        {
            (ChangeSignal signal, int count) = watched[name];
            if (count > 1)
            {
                watched[name] = (signal, count - 1);
                return;
            }

            watched.Remove(name);
            if (--lengths[name.Length] == 0) lengths.Remove(name.Length);
        }
    }

    /// <summary>One wait's place; dispose it once.</summary>
    public readonly struct Watch(KeyWatches owner, string name, ChangeSignal signal) : IDisposable
    {
        public ChangeSignal Signal => signal;

        public void Dispose() => owner.End(name);
    }
}
