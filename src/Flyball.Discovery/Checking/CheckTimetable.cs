namespace Flyball.Discovery.Checking;

/// <summary>
/// Which check is to be looked at next. Each stands in it once, at the earliest moment that was asked for: however
/// often clients renew, it does not grow. Whoever takes a check finds out by itself whether there is something to do,
/// and adds it again.
/// </summary>
internal sealed class CheckTimetable
{
    private readonly Lock gate = new();
    private readonly SortedSet<Entry> entries = [];
    private readonly Dictionary<RunningCheck, Entry> byCheck = [];
    private TaskCompletionSource earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long added;

    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>It is looked at by then; nothing changes if it is looked at before.</summary>
    public void Add(RunningCheck check, long atUnixMs)
    {
        lock (gate)
        {
            if (byCheck.TryGetValue(check, out Entry known))
            {
                if (known.AtUnixMs <= atUnixMs) return;
                entries.Remove(known);
            }

            bool isFirst = entries.Count == 0 || atUnixMs < entries.Min.AtUnixMs;
            var entry = new Entry(atUnixMs, ++added, check);
            entries.Add(entry);
            byCheck[check] = entry;
            if (isFirst) earlier.TrySetResult();
        }
    }

    public void Remove(RunningCheck check)
    {
        lock (gate)
            if (byCheck.Remove(check, out Entry known)) entries.Remove(known);
    }

    /// <summary>
    /// A check whose time has come; else when the next one's comes, and what completes if that moves.
    /// </summary>
    public RunningCheck? Take(long nowUnixMs, out long? nextUnixMs, out Task movedUp)
    {
        lock (gate)
        {
            nextUnixMs = null;
            if (entries.Count > 0)
            {
                Entry first = entries.Min;
                if (first.AtUnixMs <= nowUnixMs)
                {
                    entries.Remove(first);
                    byCheck.Remove(first.Check);
                    movedUp = Task.CompletedTask;
                    return first.Check;
                }

                nextUnixMs = first.AtUnixMs;
            }

            if (earlier.Task.IsCompleted) earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
            movedUp = earlier.Task;
            return null;
        }
    }

    /// <summary>Those of one moment come in the order in which they were added.</summary>
    private readonly record struct Entry(long AtUnixMs, long Number, RunningCheck Check) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            AtUnixMs != other.AtUnixMs ? AtUnixMs.CompareTo(other.AtUnixMs) : Number.CompareTo(other.Number);
    }
}
