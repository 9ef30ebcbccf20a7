namespace Flyball.Scheduling.Leading;

/// <summary>When to look at which workload again; one time each, the last one set.</summary>
internal sealed class WakeQueue
{
    private readonly SortedSet<(long AtUnixMs, string Workload)> queue = new(Order.Instance);
    private readonly Dictionary<string, long> times = new(StringComparer.Ordinal);

    /// <summary>The earliest; null when none waits.</summary>
    public long? NextUnixMs => queue.Count == 0 ? null : queue.Min.AtUnixMs;

    public void Set(string workload, long? atUnixMs)
    {
        if (times.Remove(workload, out long before)) queue.Remove((before, workload));
        if (atUnixMs is not { } at) return;
        times.Add(workload, at);
        queue.Add((at, workload));
    }

    /// <summary>Removes and returns, in order of time, those that are due.</summary>
    public IReadOnlyList<string> TakeDue(long nowUnixMs)
    {
        List<string>? due = null;
        while (queue.Count > 0 && queue.Min.AtUnixMs <= nowUnixMs)
        {
            string workload = queue.Min.Workload;
            (due ??= []).Add(workload);
            Set(workload, null);
        }

        return due ?? (IReadOnlyList<string>)[];
    }

    private sealed class Order : IComparer<(long AtUnixMs, string Workload)>
    {
        public static readonly Order Instance = new();

        public int Compare((long AtUnixMs, string Workload) x, (long AtUnixMs, string Workload) y)
        {
            int order = x.AtUnixMs.CompareTo(y.AtUnixMs);
            return order == 0 ? string.CompareOrdinal(x.Workload, y.Workload) : order;
        }
    }
}
