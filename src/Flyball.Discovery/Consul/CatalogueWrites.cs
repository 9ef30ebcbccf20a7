using System.Text.Json;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>
/// <c>/v1/catalog/register</c> and <c>deregister</c>: nodes, services and checks written by hand. Nobody runs these
/// checks: their states are what was written. What an agent keeps is changed with the agent.
/// </summary>
internal sealed class CatalogueWrites(
    Registrar registrar, CheckOwners owners, CatalogueIndex index, DiscoveryOptions options)
{
    public async Task RegisterAsync(ConsulExchange exchange)
    {
        using JsonDocument document = await exchange.ReadJsonAsync();
        var body = new ConsulBody(document.RootElement);
        string node = Node(body);
        string address = body.Text("Address");
        bool skips = body.Flag("SkipNodeUpdate");
        if (address.Length == 0 && !skips) throw new ConsulException(
            400, "Must provide address if SkipNodeUpdate is not set");
        RequireOwnId(body, node);
        ServiceRegistration? service = body.Child("Service") is { } given
            ? RegistrationReader.Service(given, node, byAgent: false, options) : null;
        if (service is not null) RequireByHand("Service.ID", registrar.FindService(node, service.Id));
        // All of it is read before any of it is written.
        ILookup<string, RegisteredCheck> checks = Checks(body, node);
        AuditEntry audit = exchange.Caller.Audit("catalog-register", node);
        RegisteredCheck[] ofNode = [.. checks[""]];
        await Edits.DoneAsync(index, exchange, await registrar.EditNodeAsync(
            node, before => NodeOf(before, body, node, address, skips, ofNode), audit, exchange.Aborted));
        foreach (IGrouping<string, RegisteredCheck> some in checks.Where(some => some.Key.Length > 0))
        {
            if (service?.Id == some.Key) service = service with { Checks = [.. some] };
            else await MergeAsync(exchange, node, some.Key, [.. some]);
        }

        if (service is not null) await PutAsync(exchange, service, audit);
        await exchange.BoolAsync(true);
    }

    public async Task DeregisterAsync(ConsulExchange exchange)
    {
        using JsonDocument document = await exchange.ReadJsonAsync();
        var body = new ConsulBody(document.RootElement);
        string node = Node(body);
        AuditEntry audit = exchange.Caller.Audit("catalog-deregister", node);
        EditResult result;
        if (body.Text("ServiceID") is { Length: > 0 } service)
            result = await registrar.EditServiceAsync(node, service, _ => null, audit, exchange.Aborted);
        else if (body.Text("CheckID") is { Length: > 0 } check)
            result = await RemoveCheckAsync(exchange, node, check, audit);
        else result = await registrar.RemoveNodeAsync(node, audit, exchange.Aborted);
        // What is gone already is what was asked for.
        if (result.Outcome != EditOutcome.Missing) await Edits.DoneAsync(index, exchange, result);
        await exchange.BoolAsync(true);
    }

    private static string Node(ConsulBody body)
    {
        string node = body.Text("Node");
        if (node.Length is 0 or > 128) throw new ConsulException(400, "Must provide node of at most 128 characters");
        return node;
    }

    /// <summary>The request's checks, by their service; those of the node under an empty name.</summary>
    private ILookup<string, RegisteredCheck> Checks(ConsulBody body, string node)
    {
        List<ConsulBody> given = [.. body.Children("Checks")];
        if (body.Child("Check") is { } single) given.Insert(0, single);
        var checks = new List<(string Service, RegisteredCheck Check)>();
        foreach (ConsulBody one in given)
        {
            string service = one.Text("ServiceID");
            RegisteredCheck check =
                RegistrationReader.CatalogueCheck(one, service.Length > 0 ? $"service:{service}" : "");
            if (one.Text("Node") is { Length: > 0 } other && !other.Equals(node, StringComparison.OrdinalIgnoreCase))
                throw new ConsulException(400, $"{one.PathOf("Node")} \"{other}\" is not the node \"{node}\"");
            owners.Require(one.PathOf("CheckID"), check.Id, node, service);
            if (service.Length > 0) RequireByHand(one.PathOf("ServiceID"), registrar.FindService(node, service));
            else RequireByHand(one.PathOf("CheckID"), registrar.FindNode(node), check);
            checks.Add((service, check));
        }

        if (checks.DistinctBy(one => one.Check.Id).Count() != checks.Count)
            throw body.Wrong("Checks", "checks with an ID each");
        return checks.ToLookup(one => one.Service, one => one.Check);
    }

    private void RequireOwnId(ConsulBody body, string node)
    {
        if (body.Text("ID") is { Length: > 0 } id && index.Nodes.FindById(id) is { } other
            && !other.View.Name.Equals(node, StringComparison.OrdinalIgnoreCase))
            throw new ConsulException(400, $"ID \"{id}\" is that of node \"{other.View.Name}\"");
    }

    private static void RequireByHand(string field, ServiceRegistration? known)
    {
        if (known is { ByAgent: true })
            throw new ConsulException(
                400, $"{field} \"{known.Id}\" is registered with the agent of node \"{known.Node}\": change it there");
    }

    private static void RequireByHand(string field, NodeRegistration? node, RegisteredCheck check)
    {
        if (node?.Checks.FirstOrDefault(one => one.Id == check.Id) is { Spec.Type.Length: > 0 })
            throw new ConsulException(
                400, $"{field} \"{check.Id}\" is registered with the agent of node \"{node.Name}\": change it there");
    }

    private NodeRegistration NodeOf(
        NodeRegistration? before, ConsulBody body, string name, string address, bool skips, RegisteredCheck[] checks)
    {
        NodeRegistration node = before is not null && skips ? before : new NodeRegistration
        {
            Name = name,
            Id = body.Text("ID") is { Length: > 0 } id ? id : before?.Id,
            Address = address,
            TaggedAddresses = body.Map("TaggedAddresses"),
            Meta = RegistrationReader.Meta(body, "NodeMeta"),
            Checks = before?.Checks ?? [],
            Maintenance = before?.Maintenance,
        };
        return node with { Checks = Merge(node.Checks, checks) };
    }

    private async Task PutAsync(ConsulExchange exchange, ServiceRegistration service, AuditEntry audit) =>
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            service.Node, service.Id,
            before =>
            {
                // Looked at again: an agent may have come first.
                RequireByHand("Service.ID", before);
                return service with
                {
                    Checks = Merge(before?.Checks ?? [], service.Checks), Maintenance = before?.Maintenance,
                };
            },
            audit, exchange.Aborted));

    private async Task MergeAsync(ConsulExchange exchange, string node, string service, RegisteredCheck[] checks) =>
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            node, service,
            before =>
            {
                RequireByHand("ServiceID", before);
                return before is null ? null : before with { Checks = Merge(before.Checks, checks) };
            },
            exchange.Caller.Audit("catalog-register", service), exchange.Aborted));

    private async Task<EditResult> RemoveCheckAsync(
        ConsulExchange exchange, string node, string check, AuditEntry audit)
    {
        ServiceInstance? owner = index.Services().SelectMany(service => service.Instances).FirstOrDefault(instance =>
            instance.IsRegistered && instance.Node.View.Name == node
                && Array.Exists(instance.Checks, one => one.Id == check));
        return owner is null
            ? await registrar.EditNodeAsync(
                node,
                before => before is null ? null
                    : before with { Checks = [.. before.Checks.Where(one => one.Id != check)] },
                audit, exchange.Aborted)
            : await registrar.EditServiceAsync(
                node, owner.Id,
                before => before is null ? null
                    : before with { Checks = [.. before.Checks.Where(one => one.Id != check)] },
                audit, exchange.Aborted);
    }

    private RegisteredCheck[] Merge(IReadOnlyList<RegisteredCheck> before, IReadOnlyList<RegisteredCheck> now) =>
        owners.Bounded([.. before.Where(old => now.All(check => check.Id != old.Id)), .. now]);
}
