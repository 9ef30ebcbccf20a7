using System.Text.Json;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>The services that are registered with this server's agent.</summary>
internal sealed class AgentServices(
    Registrar registrar, CatalogueIndex index, CheckBook book, CheckOwners owners, DiscoveryOptions options)
{
    public IEnumerable<ServiceInstance> Own()
    {
        NodeEntry own = index.Nodes.Own;
        return index.Services().SelectMany(service => service.Instances)
            .Where(instance => instance.Node == own && instance.IsByAgent);
    }

    public Task ListAsync(ConsulExchange exchange)
    {
        exchange.Require("GET");
        Filtering.JsonFilter? filter = exchange.Filter();
        return exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            foreach (ServiceInstance service in Own())
            {
                if (filter is not null && !filter.Matches(one => Write(one, service))) continue;
                json.WritePropertyName(service.Id);
                Write(json, service);
            }

            json.WriteEndObject();
        });
    }

    public Task GetAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("GET");
        ServiceInstance service = Own().FirstOrDefault(one => one.Id == id)
            ?? throw new ConsulException(404, $"unknown service ID: {id}");
        string hash = service.ModifyIndex.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        exchange.Context.Response.Headers["X-Consul-ContentHash"] = hash;
        return exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            ConsulJson.ServiceFields(json, service);
            json.WriteString("ContentHash"u8, hash);
            json.WriteString("Datacenter"u8, options.Datacenter);
            json.WriteEndObject();
        });
    }

    public async Task RegisterAsync(ConsulExchange exchange)
    {
        exchange.Require("PUT");
        using JsonDocument document = await exchange.ReadJsonAsync();
        ServiceRegistration service = RegistrationReader.Service(
            new ConsulBody(document.RootElement), options.NodeName, byAgent: true, options);
        foreach (RegisteredCheck check in service.Checks)
            owners.Require("CheckID", check.Id, service.Node, service.Id);
        bool replaces = exchange.Query.Flag("replace-existing-checks");
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            service.Node, service.Id, before => Merge(service, before, replaces),
            exchange.Caller.Audit("service-register", service.Id), exchange.Aborted));
        book.Rearm(service.Checks);
        await exchange.EmptyAsync();
    }

    public async Task DeregisterAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            options.NodeName, id, _ => null, exchange.Caller.Audit("service-deregister", id), exchange.Aborted));
        await exchange.EmptyAsync();
    }

    public async Task MaintainAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        if (id.Length == 0) throw new ConsulException(400, "Missing service ID");
        bool isOn = AgentRoutes.Enable(exchange);
        string reason = exchange.Query["reason"];
        await Edits.DoneAsync(index, exchange, await registrar.EditServiceAsync(
            options.NodeName, id,
            service => service is null ? null : service with { Maintenance = isOn ? reason : null },
            exchange.Caller.Audit(isOn ? "service-maintain" : "service-resume", id), exchange.Aborted));
        await exchange.EmptyAsync();
    }

    /// <summary>
    /// Who registers again does not lose what is known: a check of the same id keeps its state, checks that came by
    /// themselves stay unless they shall be replaced, and maintenance goes on.
    /// </summary>
    private ServiceRegistration Merge(ServiceRegistration service, ServiceRegistration? before, bool replaces)
    {
        if (before is null) return service;
        RegisteredCheck[] checks =
        [
            .. service.Checks.Select(check => before.FindCheck(check.Id) is { } known
                ? check with
                {
                    Status = known.Status, Output = known.Output, CriticalSinceUnixMs = known.CriticalSinceUnixMs,
                }
                : check),
        ];
        if (!replaces)
            checks = [.. checks, .. before.Checks.Where(old => service.FindCheck(old.Id) is null)];
        return service with { Checks = owners.Bounded(checks), Maintenance = before.Maintenance };
    }

    private void Write(Utf8JsonWriter json, ServiceInstance service)
    {
        json.WriteStartObject();
        ConsulJson.ServiceFields(json, service);
        json.WriteString("Datacenter"u8, options.Datacenter);
        json.WriteEndObject();
    }
}
