using Flyball.Contracts.Discovery;

namespace Flyball.Discovery.Indexing;

/// <summary>The workloads' endpoints by workload: which services they make up depends on all ports of one.</summary>
internal sealed class AllocationGroups
{
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly SortedSet<string> dirty = new(StringComparer.Ordinal);

    /// <summary>Notes a change; null for an endpoint that is gone.</summary>
    public void Set(string name, Endpoint? endpoint, long revision)
    {
        if (owners.TryGetValue(name, out string? owner) && owner != endpoint?.Service)
        {
            groups[owner].Endpoints.Remove(name);
            groups[owner].Revision = revision;
            dirty.Add(owner);
            owners.Remove(name);
        }

        if (endpoint is null) return;
        if (!groups.TryGetValue(endpoint.Service, out Group? group))
            groups.Add(endpoint.Service, group = new Group());
        long created = group.Endpoints.TryGetValue(name, out Row known) ? known.Created : revision;
        group.Endpoints[name] = new Row(endpoint, created, revision);
        group.Revision = revision;
        owners[name] = endpoint.Service;
        dirty.Add(endpoint.Service);
    }

    public IEnumerable<string> Names => owners.Keys;

    /// <summary>
    /// The workloads that changed since the last call, each with its instances as they are now and the keys that it
    /// showed before, by service.
    /// </summary>
    public IEnumerable<Group> TakeDirty()
    {
        foreach (string name in dirty)
        {
            Group group = groups[name];
            if (group.Endpoints.Count == 0) groups.Remove(name);
            yield return group;
        }

        dirty.Clear();
    }

    /// <summary>An endpoint with the revisions that made it and last changed it.</summary>
    public readonly record struct Row(Endpoint Endpoint, long Created, long Modified);

    /// <summary>One workload's.</summary>
    public sealed class Group
    {
        public SortedDictionary<string, Row> Endpoints { get; } = new(StringComparer.Ordinal);

        /// <summary>What is shown now: the service of each endpoint, and its revision there.</summary>
        public Dictionary<string, (string Service, long Modified)> Shown { get; } = new(StringComparer.Ordinal);

        public long Revision { get; set; }
    }
}
