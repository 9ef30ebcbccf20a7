using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Registrations;

/// <summary>
/// The one writer of registered services and nodes. Each change also writes the endpoints that follow from it, in the
/// same transaction: the catalogue never shows what is not registered, nor misses what is.
/// </summary>
internal sealed class Registrar(
    Transactor transactor, DiscoveryOptions options, AuditBudget audits)
{
    /// <summary>Services of one node that are written in one transaction at most.</summary>
    private const int NodeServicesMax = 2_000;

    public ResourceSnapshot Current => transactor.Current;

    public string OwnNode => options.NodeName;

    public ServiceRegistration? FindService(string node, string id) =>
        Read(Current.Find(RegistrationKinds.Service.Key(RegistrationKinds.ServiceName(node, id))));

    public NodeRegistration? FindNode(string name) =>
        Current.Get(RegistrationKinds.Node, RegistrationKinds.NameOf(name))?.Value;

    /// <summary>The registrations of which it holds; each is read anew, so this is for starts.</summary>
    public IReadOnlyList<ServiceRegistration> List(Func<ServiceRegistration, bool> holds) =>
        [.. Current.List(RegistrationKinds.Service.Name).Select(row => Read(row)!).Where(holds)];

    /// <summary>Changes one service.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="id">Its id there.</param>
    /// <param name="edit">What it becomes, from what it is; null to remove it.</param>
    /// <param name="audit">Who asked for it; null for a change of health.</param>
    /// <param name="cancellation">Gives up waiting; the change may still happen.</param>
    public ValueTask<EditResult> EditServiceAsync(
        string node, string id, Func<ServiceRegistration?, ServiceRegistration?> edit, AuditEntry? audit,
        CancellationToken cancellation) =>
        transactor.CommitAsync(
            (snapshot, transaction) => PlanService(snapshot, transaction, node, id, edit, audit), cancellation);

    /// <summary>Changes one node and the endpoints of its services.</summary>
    public ValueTask<EditResult> EditNodeAsync(
        string name, Func<NodeRegistration?, NodeRegistration?> edit, AuditEntry? audit,
        CancellationToken cancellation) =>
        transactor.CommitAsync(
            (snapshot, transaction) => PlanNode(snapshot, transaction, name, edit, audit), cancellation);

    /// <summary>Removes a node with all of its services.</summary>
    public async ValueTask<EditResult> RemoveNodeAsync(string name, AuditEntry audit, CancellationToken cancellation)
    {
        foreach (ServiceRegistration service in ServicesOf(Current, name).ToArray())
        {
            EditResult removed = await EditServiceAsync(name, service.Id, _ => null, audit, cancellation);
            if (removed.Outcome is EditOutcome.Refused or EditOutcome.Unavailable) return removed;
        }

        EditResult result = await EditNodeAsync(name, _ => null, audit, cancellation);
        return result.Outcome == EditOutcome.Missing
            ? new EditResult(EditOutcome.Done, CatalogueIndex.LastChange(Current)) : result;
    }

    private EditResult? PlanService(
        ResourceSnapshot snapshot, StoreTransaction transaction, string node, string id,
        Func<ServiceRegistration?, ServiceRegistration?> edit, AuditEntry? audit)
    {
        ResourceKey key = RegistrationKinds.Service.Key(RegistrationKinds.ServiceName(node, id));
        StoredResource? stored = snapshot.Find(key);
        ServiceRegistration? before = Read(stored);
        ServiceRegistration? after = edit(before);
        if (before is null && after is null)
            return EditResult.Missing(
                $"Unknown service ID \"{id}\". Ensure that the service ID is passed, not the service name.");
        if (before is null && snapshot.Count(RegistrationKinds.Service.Name) >= options.RegistrationsMax)
            return EditResult.Refused(
                $"{nameof(options.RegistrationsMax)}: {options.RegistrationsMax} services are registered.");
        if (after is not null && stored is not null)
            after = after with { CreatedRevision = Created(before!.CreatedRevision, stored) };
        byte[]? value = after is null ? null : RegistrationKinds.Service.Encode(after);
        NodeRegistration? host = RequireNode(snapshot, transaction, node);
        bool isSame = value is not null && stored is not null && value.AsSpan().SequenceEqual(stored.Value.Span);
        if (!isSame) Write(transaction, key, value, audit);
        PutEndpoint(snapshot, transaction, node, id, after, host);
        // Only what is written has to be guarded: an unchanged registration commits nothing.
        if (!transaction.IsEmpty) transaction.Require(key, stored?.Revision ?? Revision.None);
        return null;
    }

    private EditResult? PlanNode(
        ResourceSnapshot snapshot, StoreTransaction transaction, string name,
        Func<NodeRegistration?, NodeRegistration?> edit, AuditEntry? audit)
    {
        ResourceKey key = RegistrationKinds.Node.Key(RegistrationKinds.NameOf(name));
        StoredResource? stored = snapshot.Find(key);
        NodeRegistration? before = stored?.Decode(RegistrationKinds.Node);
        NodeRegistration? after = edit(before);
        if (before is null && after is null) return EditResult.Missing($"Unknown node \"{name}\".");
        if (before is null && snapshot.Count(RegistrationKinds.Node.Name) >= options.NodesMax)
            return EditResult.Refused($"{nameof(options.NodesMax)}: {options.NodesMax} nodes are registered.");
        if (after is not null && stored is not null)
            after = after with { CreatedRevision = Created(before!.CreatedRevision, stored) };
        byte[]? value = after is null ? null : RegistrationKinds.Node.Encode(after);
        if (value is not null && stored is not null && value.AsSpan().SequenceEqual(stored.Value.Span)) return null;
        Write(transaction, key, value, audit);
        transaction.Require(key, stored?.Revision ?? Revision.None);
        int services = 0;
        foreach (ServiceRegistration service in ServicesOf(snapshot, name))
        {
            if (++services > NodeServicesMax)
                return EditResult.Refused(
                    $"{nameof(NodeServicesMax)}: the node has more than {NodeServicesMax} services.");
            ResourceKey serviceKey =
                RegistrationKinds.Service.Key(RegistrationKinds.ServiceName(service.Node, service.Id));
            if (PutEndpoint(snapshot, transaction, service.Node, service.Id, service, after))
                transaction.Require(serviceKey, snapshot.Find(serviceKey)!.Revision);
        }

        return null;
    }

    private static IEnumerable<ServiceRegistration> ServicesOf(ResourceSnapshot snapshot, string node) =>
        snapshot.List(RegistrationKinds.Service.Name).Select(row => Read(row)!).Where(service => service.Node == node);

    /// <summary>Not by the row's own memory: what is decoded there stays for as long as the row does.</summary>
    private static ServiceRegistration? Read(StoredResource? stored) =>
        stored is null ? null : RegistrationKinds.Service.Decode(stored.Value.Span);

    private static NodeRegistration? RequireNode(
        ResourceSnapshot snapshot, StoreTransaction transaction, string node)
    {
        ResourceKey key = RegistrationKinds.Node.Key(RegistrationKinds.NameOf(node));
        StoredResource? stored = snapshot.Find(key);
        transaction.Require(key, stored?.Revision ?? Revision.None);
        return stored?.Decode(RegistrationKinds.Node);
    }

    /// <summary>Whether the endpoint had to be written.</summary>
    private bool PutEndpoint(
        ResourceSnapshot snapshot, StoreTransaction transaction, string node, string id,
        ServiceRegistration? service, NodeRegistration? host)
    {
        string name = RegistrationKinds.EndpointName(node, id);
        // Decoded anew, as the registration is: clients renew what has not changed, and the row would keep it.
        Endpoint? present = snapshot.Find(Kinds.Endpoint.Key(name)) is { } row
            ? Kinds.Endpoint.Decode(row.Value.Span) : null;
        Endpoint? wanted = service is null ? null : RegisteredEndpoint.Of(service, host, options.NodeAddress);
        if (wanted == present) return false;
        if (wanted is null) transaction.Delete(Kinds.Endpoint.Key(name));
        else transaction.Put(Kinds.Endpoint, name, wanted);
        return true;
    }

    private void Write(StoreTransaction transaction, ResourceKey key, byte[]? value, AuditEntry? audit)
    {
        if (value is null) transaction.Delete(key);
        else transaction.Put(key, value);
        if (audit is not null) audits.Append(transaction, audit, key);
    }

    private static long Created(long created, StoredResource stored) =>
        created == 0 ? stored.Revision.Value : created;
}
