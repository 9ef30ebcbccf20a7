namespace Flyball.Discovery.Indexing;

/// <summary>
/// A service's instances with an index of their own: a change of another service neither moves it nor wakes who waits
/// here. One writer; readers take the index first, then the instances, which are never older.
/// </summary>
internal sealed class ServiceEntry(string name)
{
    private volatile ServiceInstance[] instances = [];
    private long index;

    public string Name => name;

    /// <summary>By key.</summary>
    public ServiceInstance[] Instances => instances;

    public long Index => Volatile.Read(ref index);

    /// <summary>Every tag of every instance, in ordinal order.</summary>
    public string[] Tags { get; private set; } = [];

    public ChangeSignal Changed { get; } = new();

    /// <summary>Who waits, guarded by the index: an entry without instances stays while somebody does.</summary>
    public int Watchers { get; set; }

    /// <summary>As last published it had no instance; writer's side.</summary>
    public bool IsEmptyShown { get; set; } = true;

    /// <summary>
    /// Sets or replaces one instance; shown with the next <see cref="Publish"/>. What was there before, or null.
    /// </summary>
    public ServiceInstance? Set(ServiceInstance instance)
    {
        int at = Find(instance.Key);
        if (at < 0)
        {
            instances = [.. instances.AsSpan(0, ~at), instance, .. instances.AsSpan(~at)];
            return null;
        }

        ServiceInstance before = instances[at];
        var next = (ServiceInstance[])instances.Clone();
        next[at] = instance;
        instances = next;
        return before;
    }

    public void Remove(string key)
    {
        int at = Find(key);
        if (at >= 0) instances = [.. instances.AsSpan(0, at), .. instances.AsSpan(at + 1)];
    }

    /// <summary>Moves the index and wakes who waits; whether the tags are others now.</summary>
    public bool Publish(long at)
    {
        bool isOther = CountTags();
        Volatile.Write(ref index, at);
        Changed.Fire();
        return isOther;
    }

    private bool CountTags()
    {
        SortedSet<string>? all = null;
        foreach (ServiceInstance instance in instances)
        {
            for (int i = 0; i < instance.Tags.Count; i++)
                (all ??= new SortedSet<string>(StringComparer.Ordinal)).Add(instance.Tags[i]);
        }

        if (all is null ? Tags.Length == 0 : Tags.AsSpan().SequenceEqual(all.ToArray())) return false;
        Tags = all is null ? [] : [.. all];
        return true;
    }

    private int Find(string key)
    {
        int low = 0;
        int high = instances.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.CompareOrdinal(instances[middle].Key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
