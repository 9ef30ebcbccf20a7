using System.Collections.Concurrent;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Etcd;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>
/// All that the doors answer from, kept current by one writer: services by name with an index each, nodes, keys,
/// sessions. Readers take no lock but to begin and end a wait.
/// </summary>
internal sealed class CatalogueIndex(
    DiscoveryOptions options, EtcdHistory history, IRegistrationObserver? observer = null)
{
    /// <summary>Vanished services whose moment is remembered.</summary>
    private const int TombstonesMax = 16_384;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ServiceEntry> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ServiceInstance> registered = new(StringComparer.Ordinal);
    private readonly AllocationGroups allocations = new();
    private readonly ServiceAddresses addresses = new();
    private readonly Tombstones vanished = new(TombstonesMax, StringComparer.OrdinalIgnoreCase);
    private readonly ChangeSignal applied = new();
    private long appliedRevision;
    private long namesIndex = 1;
    private long anyIndex = 1;
    private bool isReady;

    /// <summary>The kinds it is made of.</summary>
    public static readonly string[] WatchedKinds =
    [
        Kinds.Endpoint.Name, Kinds.Node.Name, RegistrationKinds.Service.Name, RegistrationKinds.Node.Name,
        RegistrationKinds.Kv.Name, RegistrationKinds.Session.Name,
    ];

    public NodeIndex Nodes { get; } = new(options);

    public KvIndex Kv { get; } = new(history);

    public SessionIndex Sessions { get; } = new();

    /// <summary>Every change up to here is what readers see.</summary>
    public long Applied => Volatile.Read(ref appliedRevision);

    /// <summary>The last change of which services there are, and of their tags.</summary>
    public long NamesIndex => Volatile.Read(ref namesIndex);

    public ChangeSignal NamesChanged { get; } = new();

    /// <summary>The last change of any service or node.</summary>
    public long AnyIndex => Volatile.Read(ref anyIndex);

    public ChangeSignal AnyChanged { get; } = new();

    /// <summary>The services with instances, by name.</summary>
    public ServiceEntry[] Services() =>
        [.. services.Values.Where(entry => entry.Instances.Length > 0)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    public ServiceEntry? Find(string name) => services.GetValueOrDefault(name);

    /// <summary>Without making a string of the name.</summary>
    public ServiceEntry? Find(ReadOnlySpan<char> name) =>
        services.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ServiceEntry? found) ? found : null;

    /// <summary>A service with an instance at an address; null for none.</summary>
    public string? ServiceAt(string address) => addresses.Find(address);

    /// <summary>The index of a service, whether it exists or not.</summary>
    public long IndexOf(string name)
    {
        if (Find(name) is { Index: > 0 } entry) return entry.Index;
        lock (gate) return vanished.Find(name);
    }

    /// <summary>
    /// The service for a wait, even if it does not exist yet; to be given back by <see cref="Unwatch"/>.
    /// </summary>
    public ServiceEntry Watch(string name)
    {
        lock (gate)
        {
            ServiceEntry entry = services.GetOrAdd(name, static name => new ServiceEntry(name));
            entry.Watchers++;
            return entry;
        }
    }

    public void Unwatch(ServiceEntry entry)
    {
        lock (gate)
        {
            if (--entry.Watchers == 0 && entry.Instances.Length == 0) services.TryRemove(entry.Name, out _);
        }
    }

    /// <summary>The revision up to which a snapshot has something to show here.</summary>
    public static Revision LastChange(ResourceSnapshot snapshot) => WatchedKinds.Max(snapshot.LastChange);

    /// <summary>Waits until readers see what was committed at a revision.</summary>
    public async ValueTask WaitForAsync(Revision revision, CancellationToken cancellation)
    {
        while (Applied < revision.Value)
        {
            Task next = applied.Next;
            if (Applied >= revision.Value) return;
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>Becomes what the snapshot says; what is unchanged keeps its index.</summary>
    public void Reset(ResourceSnapshot snapshot)
    {
        if (!isReady)
        {
            // What was deleted before the start is not known: no index from then is current any more.
            isReady = true;
            long floor = Math.Max(1, snapshot.Revision.Value);
            lock (gate) vanished.Begin(floor);
            Kv.Begin(floor);
            Sessions.Begin(floor);
            Nodes.Begin(floor);
            history.Begin(floor);
            namesIndex = anyIndex = floor;
        }

        Apply(new ChangeBatch(snapshot.Revision, [.. SnapshotChanges.Between(this, snapshot)]));
    }

    public void Apply(ChangeBatch batch)
    {
        var touched = new Dictionary<ServiceEntry, long>();
        lock (gate)
        {
            foreach (ResourceChange change in batch.Changes) Apply(change, touched);
            foreach (AllocationGroups.Group group in allocations.TakeDirty()) Show(group, touched);
            Publish(touched);
        }

        Volatile.Write(ref appliedRevision, Math.Max(appliedRevision, batch.Through.Value));
        applied.Fire();
    }

    /// <summary>For a new listing: the rows of a kind that are shown now.</summary>
    public IReadOnlyList<string> Rows(string kind)
    {
        lock (gate)
        {
            return kind == Kinds.Endpoint.Name ? [.. allocations.Names]
                : kind == RegistrationKinds.Service.Name ? [.. registered.Keys]
                : kind == RegistrationKinds.Kv.Name ? [.. Kv.Rows]
                : kind == RegistrationKinds.Session.Name ? [.. Sessions.List().Select(one => one.Session.Id)]
                : Nodes.Rows(kind);
        }
    }

    private void Apply(ResourceChange change, Dictionary<ServiceEntry, long> touched)
    {
        string kind = change.Key.Kind;
        if (kind == Kinds.Endpoint.Name)
        {
            // Those of registrations come with more from the registration itself.
            if (!Endpoint.IsRegistered(change.Key.Name))
                allocations.Set(change.Key.Name, change.Current?.Decode(Kinds.Endpoint), change.Revision.Value);
        }
        else if (kind == RegistrationKinds.Service.Name) ApplyService(change, touched);
        else if (kind == RegistrationKinds.Kv.Name) Kv.Apply(change);
        else if (kind == RegistrationKinds.Session.Name) Sessions.Apply(change);
        else
        {
            if (kind == RegistrationKinds.Node.Name)
            {
                observer?.NodeChanged(
                    change.Key.Name, change.Current?.Decode(RegistrationKinds.Node), change.Revision);
            }

            TouchNode(Nodes.Apply(change), change.Revision.Value, touched);
        }
    }

    private void ApplyService(ResourceChange change, Dictionary<ServiceEntry, long> touched)
    {
        string row = change.Key.Name;
        ServiceRegistration? next =
            change.Current is { } current ? RegistrationKinds.Service.Decode(current.Value.Span) : null;
        observer?.ServiceChanged(row, next, change.Revision);
        registered.Remove(row, out ServiceInstance? before);
        if (before is not null
            && (next is null || !before.Service.Equals(next.Service, StringComparison.OrdinalIgnoreCase)))
            Remove(before, change.Revision.Value, touched);
        if (next is null) return;
        NodeEntry node = Nodes.OfRegistration(next.Node);
        // Instances of one service mostly say the same of themselves: it is kept once.
        ServiceInstance? sibling = Find(next.Service)?.Instances.FirstOrDefault();
        ServiceInstance instance = RegisteredInstances.Of(row, next, node, change.Revision.Value, sibling);
        registered.Add(row, instance);
        Set(instance, change.Revision.Value, touched);
    }

    /// <summary>Shows a workload's endpoints as instances of the services that its ports make up now.</summary>
    private void Show(AllocationGroups.Group group, Dictionary<ServiceEntry, long> touched)
    {
        string? main = AllocationInstances.MainPort(group.Endpoints.Values.Select(row => row.Endpoint));
        foreach ((string name, (string service, _)) in group.Shown.ToArray())
        {
            if (group.Endpoints.TryGetValue(name, out AllocationGroups.Row row)
                && AllocationInstances.ServiceOf(row.Endpoint, main) == service)
                continue;
            group.Shown.Remove(name);
            if (Find(service)?.Instances.FirstOrDefault(one => one.Key == name) is { } gone)
                Remove(gone, group.Revision, touched);
        }

        foreach ((string name, AllocationGroups.Row row) in group.Endpoints)
        {
            string service = AllocationInstances.ServiceOf(row.Endpoint, main);
            if (group.Shown.TryGetValue(name, out var shown) && shown.Modified == row.Modified) continue;
            NodeEntry node = Nodes.OfAllocation(row.Endpoint.Node, row.Endpoint.Address);
            group.Shown[name] = (service, row.Modified);
            Set(AllocationInstances.Of(name, row.Endpoint, service, node, row.Created, row.Modified),
                group.Revision, touched);
        }
    }

    private void Set(ServiceInstance instance, long revision, Dictionary<ServiceEntry, long> touched)
    {
        ServiceEntry entry = services.GetOrAdd(instance.Service, static name => new ServiceEntry(name));
        ServiceInstance? before = entry.Set(instance);
        addresses.Changed(before, instance);
        history.Changed(before, instance, revision);
        touched[entry] = revision;
        Nodes.Touch(instance.Node, revision);
        Nodes.Moved(before?.Node, instance.Node);
    }

    private void Remove(ServiceInstance instance, long revision, Dictionary<ServiceEntry, long> touched)
    {
        if (Find(instance.Service) is not { } entry) return;
        entry.Remove(instance.Key);
        addresses.Changed(instance, null);
        history.Changed(instance, null, revision);
        touched[entry] = revision;
        Nodes.Touch(instance.Node, revision);
        Nodes.Moved(instance.Node, null);
    }

    /// <summary>What is told of an instance includes its node.</summary>
    private void TouchNode(NodeEntry node, long revision, Dictionary<ServiceEntry, long> touched)
    {
        Volatile.Write(ref anyIndex, Math.Max(anyIndex, revision));
        AnyChanged.Fire();
        foreach (ServiceEntry entry in services.Values)
        {
            foreach (ServiceInstance instance in entry.Instances)
            {
                if (instance.Node != node) continue;
                history.Changed(instance, instance, revision);
                touched[entry] = revision;
            }
        }
    }

    private void Publish(Dictionary<ServiceEntry, long> touched)
    {
        bool namesChanged = false;
        long latest = 0;
        foreach ((ServiceEntry entry, long revision) in touched)
        {
            bool wasThere = !entry.IsEmptyShown;
            bool isThere = entry.Instances.Length > 0;
            entry.IsEmptyShown = !isThere;
            bool tags = entry.Publish(Math.Max(revision, vanished.Floor));
            namesChanged |= tags || wasThere != isThere;
            latest = Math.Max(latest, revision);
            if (isThere) continue;
            vanished.Add(entry.Name, revision);
            if (entry.Watchers == 0) services.TryRemove(entry.Name, out _);
        }

        if (latest == 0) return;
        Volatile.Write(ref anyIndex, Math.Max(anyIndex, latest));
        AnyChanged.Fire();
        if (!namesChanged) return;
        Volatile.Write(ref namesIndex, Math.Max(namesIndex, latest));
        NamesChanged.Fire();
    }
}
