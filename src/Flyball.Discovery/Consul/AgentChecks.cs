using System.Text.Json;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>The checks that this server's agent keeps.</summary>
internal sealed class AgentChecks(
    Registrar registrar, CheckRunner runner, CheckBook book, CheckOwners owners, CatalogueIndex index,
    AgentServices services, DiscoveryOptions options)
{
    public Task ListAsync(ConsulExchange exchange)
    {
        exchange.Require("GET");
        Filtering.JsonFilter? filter = exchange.Filter();
        return exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            NodeView node = index.Nodes.Own.View;
            foreach (InstanceCheck check in node.Checks.Where(one => one.Id != RegistrationKinds.NodeAlive))
                Write(json, check, node, null, filter);
            foreach (ServiceInstance service in services.Own())
            {
                foreach (InstanceCheck check in service.Checks) Write(json, check, node, service, filter);
            }

            json.WriteEndObject();
        });
    }

    public async Task RegisterAsync(ConsulExchange exchange)
    {
        exchange.Require("PUT");
        using JsonDocument document = await exchange.ReadJsonAsync();
        var body = new ConsulBody(document.RootElement);
        if (body.Text("Name").Length == 0) throw new ConsulException(400, "Missing check name");
        RegisteredCheck check = RegistrationReader.AgentCheck(body, "", "");
        string service = body.Text("ServiceID");
        owners.Require("CheckID", check.Id, options.NodeName, service);
        await Edits.DoneAsync(index, exchange, await EditAsync(
            exchange, service, checks => Add(checks, check), "check-register", check.Id));
        await exchange.EmptyAsync();
    }

    public async Task DeregisterAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        RunningCheck known = book.Find(id) ?? throw new ConsulException(
            404, $"Unknown check ID \"{id}\". Ensure that the check ID is passed, not the check name.");
        await Edits.DoneAsync(index, exchange, await EditAsync(
            exchange, known.ServiceId ?? "", checks => [.. checks.Where(one => one.Id != id)], "check-deregister", id));
        await exchange.EmptyAsync();
    }

    public async Task TellAsync(ConsulExchange exchange, string id, CheckStatus status)
    {
        exchange.Require("PUT");
        await TellAsync(exchange, id, status, exchange.Query["note"]);
    }

    public async Task UpdateAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        using JsonDocument document = await exchange.ReadJsonAsync();
        var body = new ConsulBody(document.RootElement);
        CheckStatus status = CheckStatusNames.Parse(body.Text("Status"))
            ?? throw new ConsulException(400, $"Invalid check status: '{body.Text("Status")}'");
        await TellAsync(exchange, id, status, body.Text("Output"));
    }

    private async Task TellAsync(ConsulExchange exchange, string id, CheckStatus status, string output)
    {
        if (id.Length == 0) throw new ConsulException(400, "Missing check ID");
        await Edits.DoneAsync(index, exchange, await runner.TellAsync(id, status, output, exchange.Aborted));
        await exchange.EmptyAsync();
    }

    private ValueTask<EditResult> EditAsync(
        ConsulExchange exchange, string service, Func<IReadOnlyList<RegisteredCheck>, RegisteredCheck[]> edit,
        string action, string id)
    {
        Contracts.Journal.AuditEntry audit = exchange.Caller.Audit(action, id);
        if (service.Length > 0)
        {
            return registrar.EditServiceAsync(
                options.NodeName, service, one => one is null ? null : one with { Checks = edit(one.Checks) }, audit,
                exchange.Aborted);
        }

        return registrar.EditNodeAsync(
            options.NodeName,
            node =>
            {
                node ??= new NodeRegistration { Name = options.NodeName };
                return node with { Checks = edit(node.Checks) };
            },
            audit, exchange.Aborted);
    }

    private RegisteredCheck[] Add(IReadOnlyList<RegisteredCheck> checks, RegisteredCheck check)
    {
        RegisteredCheck? known = checks.FirstOrDefault(one => one.Id == check.Id);
        RegisteredCheck merged = known is null ? check : check with
        {
            Status = known.Status, Output = known.Output, CriticalSinceUnixMs = known.CriticalSinceUnixMs,
        };
        return owners.Bounded([.. checks.Where(one => one.Id != check.Id), merged]);
    }

    /// <summary>With the newest output, which is not written at every probe.</summary>
    private void Write(
        Utf8JsonWriter json, InstanceCheck check, NodeView node, ServiceInstance? service,
        Filtering.JsonFilter? filter)
    {
        string? output = null;
        if (book.Find(check.Id) is { } running)
            lock (running) output = running.Output;
        if (filter is not null && !filter.Matches(one => ConsulJson.Check(one, check, node, service, output))) return;
        json.WritePropertyName(check.Id);
        ConsulJson.Check(json, check, node, service, output);
    }
}
