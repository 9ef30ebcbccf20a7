namespace Flyball.Scheduling.Reconciling;

/// <summary>Which workloads to look at again, in order, each once; and who waits for the start of others.</summary>
internal sealed class DirtySet
{
    private readonly SortedDictionary<string, SortedSet<string>> waiters = new(StringComparer.Ordinal);
    private SortedSet<string> names = new(StringComparer.Ordinal);

    /// <summary>Room was made somewhere or a node changed: whoever found no place tries again.</summary>
    public bool CapacityMoved { get; set; }

    public void Add(string workload) => names.Add(workload);

    public IReadOnlyList<string> Take()
    {
        CapacityMoved = false;
        if (names.Count == 0) return [];
        string[] taken = [.. names];
        names = new SortedSet<string>(StringComparer.Ordinal);
        return taken;
    }

    /// <summary>The workloads of a project that wait for another one to start.</summary>
    public IEnumerable<string> WaitersOf(string project) =>
        waiters.TryGetValue(project, out SortedSet<string>? found) ? found : [];

    public void SetWaiter(string project, string workload, bool waits)
    {
        if (waits)
        {
            if (!waiters.TryGetValue(project, out SortedSet<string>? found))
                waiters.Add(project, found = new SortedSet<string>(StringComparer.Ordinal));
            found.Add(workload);
        }
        else if (waiters.TryGetValue(project, out SortedSet<string>? found)
            && found.Remove(workload) && found.Count == 0)
        {
            waiters.Remove(project);
        }
    }
}
