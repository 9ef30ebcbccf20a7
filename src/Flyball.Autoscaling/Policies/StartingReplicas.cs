namespace Flyball.Autoscaling.Policies;

/// <summary>Replicas that start, the oldest first, grouped by when they are ready.</summary>
internal struct StartingReplicas
{
    private const int FirstCapacity = 2;

    private (int ReadyAt, int Count)[]? groups;
    private int count;

    /// <summary>Adds replicas that are ready no earlier than those before them.</summary>
    public void Add(int readyAt, int replicas)
    {
        groups ??= new (int, int)[FirstCapacity];
        if (count == groups.Length)
            Array.Resize(ref groups, 2 * count);
        groups[count++] = (readyAt, replicas);
    }

    /// <summary>Removes those that are ready at a tick and answers how many they are.</summary>
    public int TakeReady(int index)
    {
        int ready = 0, groupsReady = 0;
        while (groupsReady < count && groups![groupsReady].ReadyAt <= index)
            ready += groups[groupsReady++].Count;
        if (groupsReady > 0)
        {
            count -= groupsReady;
            Array.Copy(groups!, groupsReady, groups!, 0, count);
        }
        return ready;
    }

    /// <summary>
    /// Removes as many, the youngest first, and answers how many it could not, because there were no more.
    /// </summary>
    public int TakeYoungest(int replicas)
    {
        while (replicas > 0 && count > 0)
        {
            ref var youngest = ref groups![count - 1];
            var taken = Math.Min(replicas, youngest.Count);
            replicas -= taken;
            youngest.Count -= taken;
            if (youngest.Count == 0)
                count--;
        }
        return replicas;
    }

    public void Clear() => count = 0;
}
