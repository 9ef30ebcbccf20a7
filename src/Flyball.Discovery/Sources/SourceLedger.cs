namespace Flyball.Discovery.Sources;

/// <summary>
/// What is known of a source's services, and what may be forgotten: pure. Single instances go with the answer that does
/// not name them any more. The last ones of a service go only when the source has shown it empty in answers over a
/// whole <paramref name="emptyAfter"/>, without a failure in between: a source that was emptied by mistake, or that
/// has just come back and has not loaded yet, takes nothing away.
/// </summary>
internal sealed class SourceLedger(TimeSpan emptyAfter)
{
    private readonly SortedDictionary<string, SortedSet<string>> known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> emptySince = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> unreadable = new(StringComparer.Ordinal);

    public int Services => known.Count;

    public int Endpoints => known.Values.Sum(ids => ids.Count);

    public int Confirming => emptySince.Count;

    public int Unreadable => unreadable.Values.Sum();

    /// <summary>From before the start.</summary>
    public void Remember(string service, string id)
    {
        if (!known.TryGetValue(service, out SortedSet<string>? ids))
            known[service] = ids = new SortedSet<string>(StringComparer.Ordinal);
        ids.Add(id);
    }

    public bool Knows(string service, string id) => known.TryGetValue(service, out SortedSet<string>? ids)
        && ids.Contains(id);

    /// <summary>Takes in an answer; the ids that are to be removed, in order.</summary>
    public string[] Seen(string service, IEnumerable<string> ids, IReadOnlyCollection<string> unread, long nowUnixMs)
    {
        var seen = new SortedSet<string>(ids, StringComparer.Ordinal);
        if (unread.Count > 0) unreadable[service] = unread.Count;
        else unreadable.Remove(service);
        known.TryGetValue(service, out SortedSet<string>? before);
        if (seen.Count == 0 && unread.Count == 0)
        {
            if (before is null) return [];
            if (emptySince.TryAdd(service, nowUnixMs)) return [];
            if (nowUnixMs - emptySince[service] < (long)emptyAfter.TotalMilliseconds) return [];
            emptySince.Remove(service);
            known.Remove(service);
            return [.. before];
        }

        emptySince.Remove(service);
        string[] gone = before is null ? [] : [.. before.Except(seen).Except(unread)];
        if (before is not null) seen.UnionWith(before.Intersect(unread));
        if (seen.Count > 0) known[service] = seen;
        return gone;
    }

    /// <summary>Known services that an answer with all names does not name.</summary>
    public string[] Unnamed(IReadOnlySet<string> names) => [.. known.Keys.Where(name => !names.Contains(name))];

    /// <summary>The source failed: whatever it showed empty has to be shown empty anew.</summary>
    public void Failed() => emptySince.Clear();
}
