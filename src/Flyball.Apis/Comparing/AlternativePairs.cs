using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>Which alternative of the old schema is which of the new one, by their keys.</summary>
internal sealed class AlternativePairs
{
    private AlternativePairs()
    {
    }

    public List<(Located Old, Located New)> Same { get; } = [];

    public List<(string Key, Located At)> Gone { get; } = [];

    public List<(string Key, Located At)> Come { get; } = [];

    public static AlternativePairs Of(
        IReadOnlyList<(string Key, Located At)> oldOnes, IReadOnlyList<(string Key, Located At)> newOnes)
    {
        var pairs = new AlternativePairs();
        var open = new Dictionary<string, Queue<int>>(StringComparer.Ordinal);
        for (int i = 0; i < newOnes.Count; i++)
        {
            if (!open.TryGetValue(newOnes[i].Key, out Queue<int>? known)) open.Add(newOnes[i].Key, known = new());
            known.Enqueue(i);
        }

        bool[] isTaken = new bool[newOnes.Count];
        var left = new List<(string Key, Located At)>();
        foreach ((string key, Located at) in oldOnes)
        {
            if (open.TryGetValue(key, out Queue<int>? known) && known.TryDequeue(out int index)) Take(index, at);
            else left.Add((key, at));
        }

        // Unnamed ones that changed: the first of the old with the first of the new.
        var unnamed = new Queue<int>(
            Enumerable.Range(0, newOnes.Count).Where(i => !isTaken[i] && IsUnnamed(newOnes[i].Key)));
        foreach ((string key, Located at) in left)
        {
            if (IsUnnamed(key) && unnamed.TryDequeue(out int index)) Take(index, at);
            else pairs.Gone.Add((key, at));
        }

        pairs.Come.AddRange(newOnes.Where((_, i) => !isTaken[i]));
        return pairs;

        void Take(int index, Located old)
        {
            isTaken[index] = true;
            pairs.Same.Add((old, newOnes[index].At));
        }
    }

    /// <summary>Its key is the schema itself, as JSON.</summary>
    public static bool IsUnnamed(string key) => key.StartsWith('{');
}
