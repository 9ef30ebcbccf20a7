namespace Flyball.Discovery.Indexing;

/// <summary>
/// When names vanished, so that an index never goes back with them. The newest are kept; of those forgotten, and of
/// all before the start, only the latest moment is known.
/// </summary>
/// <param name="namesMax">Names remembered.</param>
/// <param name="names">Which names are the same: as where they are looked up while they exist.</param>
internal sealed class Tombstones(int namesMax, StringComparer names)
{
    private readonly Dictionary<string, long> vanished = new(names);
    private readonly Queue<(string Name, long Index)> order = new();

    /// <summary>No index is below it.</summary>
    public long Floor { get; private set; } = 1;

    public void Begin(long floor) => Floor = Math.Max(Floor, floor);

    public void Add(string name, long index)
    {
        vanished[name] = index;
        order.Enqueue((name, index));
        while (order.Count > namesMax)
        {
            (string oldest, long at) = order.Dequeue();
            Floor = Math.Max(Floor, at);
            if (vanished.GetValueOrDefault(oldest) == at) vanished.Remove(oldest);
        }
    }

    public long Find(string name) => Math.Max(Floor, vanished.GetValueOrDefault(name));

    /// <summary>The latest of all whose name begins so.</summary>
    public long FindPrefix(string prefix)
    {
        long latest = Floor;
        foreach ((string name, long index) in vanished)
        {
            if (index > latest && name.StartsWith(prefix, StringComparison.Ordinal)) latest = index;
        }

        return latest;
    }
}
