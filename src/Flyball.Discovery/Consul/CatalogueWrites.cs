using System.Text.Json;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>
/// <c>/v1/catalog/register</c> and <c>deregister</c>: nodes, services and checks written by hand. Nobody runs these
/// checks: their states are what was written.
/// </summary>
internal sealed class CatalogueWrites(Registrar registrar, CatalogueIndex index, DiscoveryOptions options)
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
        List<ConsulBody> checks = [.. body.Children("Checks")];
        if (body.Child("Check") is { } single) checks.Insert(0, single);
        ServiceRegistration? service = body.Child("Service") is { } given
            ? RegistrationReader.Service(given, node, byAgent: false, options) : null;
        AuditEntry audit = exchange.Caller.Audit("catalog-register", node);
        RegisteredCheck[] ofNode =
            [.. checks.Where(check => check.Text("ServiceID").Length == 0)
                .Select(check => RegistrationReader.CatalogueCheck(check, ""))];
        await Edits.DoneAsync(index, exchange, await registrar.EditNodeAsync(
            node, before => NodeOf(before, body, node, address, skips, ofNode), audit, exchange.Aborted));
        foreach (IGrouping<string, ConsulBody> some in checks
            .Where(check => check.Text("ServiceID").Length > 0).GroupBy(check => check.Text("ServiceID")))
        {
            RegisteredCheck[] read =
                [.. some.Select(check => RegistrationReader.CatalogueCheck(check, $"service:{some.Key}"))];
            if (service?.Id == some.Key) service = service with { Checks = read };
            else await MergeAsync(exchange, node, some.Key, read);
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

    private static NodeRegistration NodeOf(
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
            before => service with
            {
                Checks = Merge(before?.Checks ?? [], service.Checks),
                Maintenance = before?.Maintenance,
                ByAgent = before?.ByAgent ?? false,
            },
            audit, exchange.Aborted));

    private async Task MergeAsync(ConsulExchange exchange, string node, string service, RegisteredCheck[] checks) =>
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            node, service, before => before is null ? null : before with { Checks = Merge(before.Checks, checks) },
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

    private static RegisteredCheck[] Merge(IReadOnlyList<RegisteredCheck> before, IReadOnlyList<RegisteredCheck> now) =>
        [.. before.Where(old => now.All(check => check.Id != old.Id)), .. now];
}
